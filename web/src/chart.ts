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
