// From our description of a chart to the library's options; numbers are written in the reader's language.
import type { Colours } from "./chart-colours";

export interface Line {
  name: string;
  values: (number | null)[];
  low?: (number | null)[];
  high?: (number | null)[];
  dashed?: boolean;
  rest?: boolean;
}
export interface Picture {
  kind: "line" | "area" | "bar" | "stack" | "rows" | "dots" | "heat" | "sankey" | "interval";
  unit: "money" | "number" | "percent";
  currency?: string;
  digits?: number;
  labels: string[];
  columns?: string[];
  series: Line[];
  links?: string[];
  nodes?: { name: string; label: string; depth?: number; value?: number }[];
  flows?: { source: string; target: string; value: number }[];
  incomplete?: number[];
  marks?: number[];
}
type Options = Record<string, unknown>;
interface Point {
  dataIndex: number;
  seriesIndex: number;
  seriesName: string;
  color: string;
  value: unknown;
  name: string;
  dataType?: string;
  data: { source?: string; target?: string; label?: string; value?: number };
}

const BAND = "\u0000band"; // no legend and no bubble names it
const FONT = '"Inter Variable", system-ui, sans-serif';

export function option(picture: Picture, colours: Colours, width: number): Options {
  const base: Options = {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 250,
    textStyle: { fontFamily: FONT, color: colours.text },
    color: colours.series,
    aria: { enabled: false },
    tooltip: bubble(picture, colours),
  };
  if (picture.kind === "sankey") return { ...base, ...sankey(picture, colours, width) };
  if (picture.kind === "heat") return { ...base, ...heat(picture, colours) };
  if (picture.kind === "interval") return { ...base, ...interval(picture, colours) };
  return { ...base, ...plain(picture, colours, width) };
}

export function written(picture: Picture, value: number, short = false): string {
  const language = document.documentElement.lang;
  const style: Intl.NumberFormatOptions = short ? { notation: "compact", maximumFractionDigits: 1 } : {};
  if (picture.unit === "percent") return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(value);
  if (picture.unit === "number") return new Intl.NumberFormat(language, { maximumFractionDigits: 1, ...style }).format(value);
  const major = value / 10 ** (picture.digits ?? 2);
  return new Intl.NumberFormat(language, { style: "currency", currency: picture.currency ?? "EUR", ...style }).format(major);
}

function plain(picture: Picture, colours: Colours, width: number): Options {
  const rows = picture.kind === "rows" || picture.kind === "dots";
  const names = { type: "category", data: picture.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } }, axisLabel: { color: colours.quiet, fontSize: 11, hideOverlap: true, ...(rows ? { width: Math.min(180, width * 0.3), overflow: "truncate" } : {}) }, inverse: rows };
  const values = { type: "value", axisLabel: { color: colours.quiet, fontSize: 11, formatter: (value: number) => written(picture, value, true) }, splitLine: { lineStyle: { color: colours.line, opacity: 0.7 } }, splitNumber: width < 500 ? 3 : 4 };
  return {
    grid: { left: 4, right: 12, top: picture.series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
    legend: picture.series.length > 1 ? { data: picture.series.map((line) => line.name), top: 0, left: 0, type: "scroll", icon: "circle", itemWidth: 8, itemHeight: 8, itemGap: 16, textStyle: { color: colours.text, fontSize: 12 }, pageTextStyle: { color: colours.quiet }, pageIconColor: colours.text } : undefined,
    xAxis: rows ? values : names,
    yAxis: rows ? names : values,
    series: [...picture.series.map((line, index) => drawn(picture, line, index, colours)), ...picture.series.flatMap((line, index) => band(picture, line, index, colours))],
  };
}

function drawn(picture: Picture, line: Line, index: number, colours: Colours): Options {
  const colour = line.rest ? colours.quiet : colours.series[index % colours.series.length];
  if (picture.kind === "line" || picture.kind === "area") {
    const filled = picture.kind === "area" ? { areaStyle: { opacity: 0.12, color: colour } } : {};
    return { type: "line", name: line.name, data: line.values, showSymbol: picture.labels.length < 3, symbolSize: 6, lineStyle: { width: 2, type: line.dashed ? [4, 4] : "solid", color: colour }, itemStyle: { color: colour }, emphasis: { focus: "none" }, ...filled, ...(picture.marks?.length && index === 0 ? marked(picture, colours) : {}) };
  }
  if (picture.kind === "dots") return { type: "scatter", name: line.name, data: line.values, symbolSize: 9, symbol: line.dashed ? "emptyCircle" : "circle", itemStyle: { color: colour }, emphasis: { focus: "none" } };
  const data = line.values.map((value, at) => (picture.incomplete?.includes(at) ? { value, itemStyle: { opacity: 0.45 } } : value));
  return { type: "bar", name: line.name, data, stack: picture.kind === "stack" ? "all" : undefined, barMaxWidth: 36, barCategoryGap: "30%", itemStyle: { color: colour, borderRadius: picture.kind === "stack" ? 0 : picture.kind === "rows" ? [0, 3, 3, 0] : [3, 3, 0, 0] }, emphasis: { focus: "none" }, cursor: picture.links ? "pointer" : "default" };
}

// Between the bounds of a line: what the lower one leaves free, and on it the width, painted.
function band(picture: Picture, line: Line, index: number, colours: Colours): Options[] {
  if (picture.kind !== "line" || !line.low?.length) return [];
  const width = line.low.map((low, at) => (low === null || line.high?.[at] == null ? null : line.high[at]! - low));
  const plain = { type: "line", name: BAND, stack: `band ${index}`, stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, emphasis: { disabled: true } };
  return [{ ...plain, data: line.low }, { ...plain, data: width, areaStyle: { color: colours.series[index % colours.series.length], opacity: 0.14 } }];
}

function marked(picture: Picture, colours: Colours): Options {
  return { markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: colours.text, type: [3, 3] }, data: picture.marks!.map((at) => ({ xAxis: at })) } };
}

function interval(picture: Picture, colours: Colours): Options {
  const line = picture.series[0]!;
  return {
    grid: { left: 4, right: 24, top: 8, bottom: 4, containLabel: true },
    yAxis: { type: "category", data: picture.labels, inverse: true, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: colours.quiet, fontSize: 11 } },
    xAxis: { type: "value", axisLabel: { color: colours.quiet, fontSize: 11, hideOverlap: true, formatter: (value: number) => written(picture, value, true) }, splitLine: { lineStyle: { color: colours.line, opacity: 0.7 } } },
    series: [
      ...line.values.map((_, at) => ({
        type: "line", silent: true, symbol: "rect", symbolSize: [2, 10], lineStyle: { color: colours.series[0], width: 2 }, itemStyle: { color: colours.series[0] },
        data: [[line.low?.[at], picture.labels[at]], [line.high?.[at], picture.labels[at]]],
      })),
      { type: "scatter", name: line.name, symbolSize: 10, itemStyle: { color: colours.series[0] }, data: line.values.map((value, at) => [value, picture.labels[at]]), markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: colours.text, type: [3, 3] }, data: [{ xAxis: 0 }] } },
    ],
  };
}

function heat(picture: Picture, colours: Colours): Options {
  const cells = picture.series.flatMap((row, y) => row.values.map((value, x) => [x, y, value ?? 0]));
  const most = Math.max(1, ...cells.map((cell) => cell[2]!));
  const axis = { type: "category", axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: colours.quiet, fontSize: 11 } };
  return {
    grid: { left: 4, right: 4, top: 4, bottom: 4, containLabel: true },
    xAxis: { ...axis, data: picture.labels },
    yAxis: { ...axis, data: picture.series.map((row) => row.name), inverse: true },
    visualMap: { show: false, min: 0, max: most, inRange: { color: colours.ramp } },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: colours.surface, borderWidth: 2, borderRadius: 4 }, label: { show: true, color: colours.text, fontSize: 11, formatter: (point: Point) => written(picture, (point.value as number[])[2]!, true) }, cursor: picture.links ? "pointer" : "default" }],
  };
}

function sankey(picture: Picture, colours: Colours, width: number): Options {
  const names = new Map((picture.nodes ?? []).map((node) => [node.name, node.label]));
  const kinds = [...new Set(names.values())];
  const data = (picture.nodes ?? []).map((node) => ({ ...node, itemStyle: { color: colours.series[kinds.indexOf(node.label) % colours.series.length] } }));
  return {
    series: [{ type: "sankey", animation: false, left: 4, right: width < 500 ? 72 : 120, top: 8, bottom: 8, nodeWidth: 10, nodeGap: 12, draggable: false, data, links: picture.flows, lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 }, label: { color: colours.text, fontSize: 11, formatter: (point: Point) => names.get(point.name) ?? point.name }, emphasis: { focus: "adjacency" } }],
  };
}

// The bubble is built of elements, not of a string: the page's policy allows no style written in markup.
function bubble(picture: Picture, colours: Colours): Options {
  const many = picture.kind === "line" || picture.kind === "area" || picture.kind === "bar" || picture.kind === "stack" || picture.kind === "rows" || picture.kind === "dots";
  return {
    trigger: many ? "axis" : "item",
    confine: true,
    transitionDuration: 0,
    axisPointer: { type: picture.kind === "line" || picture.kind === "area" ? "line" : "shadow", lineStyle: { color: colours.quiet }, shadowStyle: { color: colours.quiet, opacity: 0.08 } },
    className: "chart-bubble",
    backgroundColor: colours.surface,
    borderColor: colours.line,
    padding: 0,
    extraCssText: "box-shadow: none",
    formatter: (given: Point | Point[]) => told(picture, Array.isArray(given) ? given : [given]),
  };
}

function told(picture: Picture, points: Point[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "chart-said";
  const title = document.createElement("strong");
  const first = points[0];
  if (!first) return box;
  title.textContent = first.name;
  box.append(title);
  for (const point of points) {
    if (point.seriesName === BAND) continue;
    let name = point.seriesName;
    let value = point.value as number;
    if (picture.kind === "sankey") {
      const label = (key: string) => picture.nodes?.find((node) => node.name === key)?.label ?? key;
      title.textContent = point.dataType === "edge" ? `${label(point.data.source!)} → ${label(point.data.target!)}` : label(point.name);
      name = "";
    } else if (picture.kind === "heat") {
      const [x, y, amount] = point.value as number[];
      title.textContent = `${picture.series[y!]!.name} · ${picture.labels[x!]}`;
      name = "";
      value = amount!;
    } else if (picture.kind === "interval") {
      const line = picture.series[0]!;
      value = (point.value as number[])[0]!;
      title.textContent = picture.labels[point.dataIndex]!;
      name = `${written(picture, line.low?.[point.dataIndex] ?? 0)} – ${written(picture, line.high?.[point.dataIndex] ?? 0)}`;
    }
    if (value === null || value === undefined) continue;
    const row = document.createElement("span");
    const dot = document.createElement("i");
    dot.style.backgroundColor = point.color;
    const words = document.createElement("span");
    words.textContent = name;
    const amount = document.createElement("b");
    amount.textContent = written(picture, value);
    row.append(dot, words, amount);
    box.append(row);
  }
  return box;
}
