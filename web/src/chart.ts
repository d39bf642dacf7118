// Draws a chart from the JSON beside it, in the colours of the page's tokens; loaded only where a chart is.
import { BarChart, GraphChart, HeatmapChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import { AriaComponent, DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { option, type Picture } from "./chart-options";
import { palette } from "./chart-colours";

echarts.use([
  BarChart, GraphChart, HeatmapChart, LineChart, SankeyChart, ScatterChart,
  AriaComponent, DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent,
  SVGRenderer,
]);

/** Draw into the element; what is returned stops the chart and lets its memory go. */
export function draw(host: HTMLElement): () => void {
  const picture = JSON.parse(host.querySelector("script")!.textContent!) as Picture;
  const place = host.querySelector<HTMLElement>("[data-drawing]")!;
  const chart = echarts.init(place, null, { renderer: "svg" });
  const paint = () => chart.setOption(option(picture, palette(host), place.clientWidth), true);
  paint();
  host.dataset.drawn = "";
  if (picture.links || picture.nodes)
    chart.on("click", (event) => {
      const target = picture.nodes ? (event.data as { href?: string } | undefined)?.href : picture.links?.[event.dataIndex ?? -1];
      if (target) location.assign(target);
    });
  for (const button of host.closest("figure")?.querySelectorAll<HTMLButtonElement>("[data-save]") ?? [])
    button.addEventListener("click", () => save(chart, place, button.dataset.save as "png" | "svg"));
  const sized = new ResizeObserver(() => {
    chart.resize();
    paint();
  });
  sized.observe(place);
  const themed = new MutationObserver(paint);
  themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", paint);
  return () => {
    sized.disconnect();
    themed.disconnect();
    system.removeEventListener("change", paint);
    chart.dispose();
  };
}

/** Give the picture to the reader as a file: as it is drawn, or in points, twice as fine as on the screen. */
function save(chart: echarts.ECharts, place: HTMLElement, kind: "png" | "svg"): void {
  const drawing = chart.getDataURL({ type: "svg" });
  const name = (place.getAttribute("aria-label") ?? "chart").trim().replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase();
  if (kind === "svg") return hand(drawing, `${name}.svg`);
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    canvas.width = place.clientWidth * 2;
    canvas.height = place.clientHeight * 2;
    const pen = canvas.getContext("2d")!;
    pen.fillStyle = getComputedStyle(document.body).backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    hand(canvas.toDataURL("image/png"), `${name}.png`);
  });
  image.src = drawing;
}

function hand(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
