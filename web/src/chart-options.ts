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
export interface Node {
  name: string;
  label: string;
  depth?: number;
  value?: number;
  href?: string;
}
export interface Flow {
  source: string;
  target: string;
  value: number;
  lean?: number;
  href?: string;
}
export interface Picture {
  kind: "line" | "area" | "bar" | "stack" | "rows" | "dots" | "heat" | "sankey" | "graph" | "interval";
  unit: "money" | "number" | "percent";
  currency?: string;
  digits?: number;
  labels: string[];
  columns?: string[];
  series: Line[];
  links?: string[];
  nodes?: Node[];
  flows?: Flow[];
  incomplete?: number[];
  marks?: number[];
  notes?: { at: number; words: string }[];
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
  data: { source?: string; target?: string; label?: string; value?: number; href?: string };
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
  if (picture.kind === "graph") return { ...base, ...graph(picture, colours, width) };
  if (picture.kind === "heat") return { ...base, ...heat(picture, colours, width) };
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

function short(picture: Picture, value: number | string, narrow: boolean): string {
  if (typeof value === "string") return "";
  if (narrow && picture.unit === "percent") return String(Math.round(100 * value)); // the sign is in every cell's bubble
  return picture.unit === "percent" ? new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 0 }).format(value) : written(picture, value, true);
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
    series: [...picture.series.map((line, index) => ({ ...drawn(picture, line, index, colours), ...(index === 0 && !rows ? noted(picture, colours) : {}) })), ...picture.series.flatMap((line, index) => band(picture, line, index, colours))],
  };
}

// What happened on a day, as a line across the chart.
function noted(picture: Picture, colours: Colours): Options {
  if (!picture.notes?.length) return {};
  const data = picture.notes.map((mark) => ({ xAxis: mark.at, label: { formatter: mark.words } }));
  return { markLine: { silent: true, symbol: "none", animation: false, lineStyle: { color: colours.quiet, type: [3, 3], width: 1 }, label: { position: "insideEndTop", color: colours.text, fontSize: 11 }, data } };
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

function heat(picture: Picture, colours: Colours, room: number): Options {
  const width = picture.labels.length;
  const cell = (room - 130) / Math.max(1, width);
  const narrow = cell < 34;
  const cells = picture.series.flatMap((row, y) => row.values.map((value, x) => ({ value: [x, y, value ?? "-"], ...(picture.incomplete?.includes(y * width + x) ? { itemStyle: { opacity: 0.45 } } : {}) })));
  const most = Math.max(...picture.series.flatMap((row) => row.values.map((value) => value ?? 0)), picture.unit === "percent" ? 0.01 : 1);
  const axis = { type: "category", axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: colours.quiet, fontSize: 11 } };
  return {
    grid: { left: 4, right: 4, top: 4, bottom: 4, containLabel: true },
    xAxis: { ...axis, data: picture.labels },
    yAxis: { ...axis, data: picture.series.map((row) => row.name), inverse: true },
    visualMap: { show: false, min: 0, max: most, inRange: { color: colours.ramp } },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: colours.surface, borderWidth: 2, borderRadius: 4 }, label: { show: cell > 15, color: colours.text, fontSize: narrow ? 9 : 11, formatter: (point: Point) => short(picture, (point.value as (number | string)[])[2]!, narrow) }, cursor: picture.links ? "pointer" : "default" }],
  };
}

// A flow that leans to one of two groups wears that group's colour, the more the further it leans.
function leaning(flow: Flow, colours: Colours): Options {
  if (flow.lean === undefined) return { ...flow };
  const side = flow.lean === 0 ? colours.quiet : flow.lean > 0 ? colours.series[0] : colours.series[1];
  return { ...flow, lineStyle: { color: side, opacity: 0.16 + 0.6 * Math.abs(flow.lean) } };
}

function painted(picture: Picture, colours: Colours): Map<string, string> {
  const kinds = [...new Set((picture.nodes ?? []).map((node) => node.label))];
  return new Map(kinds.map((label, at) => [label, colours.series[at % colours.series.length]!]));
}

function sankey(picture: Picture, colours: Colours, width: number): Options {
  const names = new Map((picture.nodes ?? []).map((node) => [node.name, node.label]));
  const paint = painted(picture, colours);
  const compared = picture.flows?.some((flow) => flow.lean !== undefined);
  const data = (picture.nodes ?? []).map((node) => ({ ...node, itemStyle: { color: compared ? colours.quiet : paint.get(node.label) } }));
  return {
    series: [{ type: "sankey", animation: false, labelLayout: { hideOverlap: true }, left: 4, right: width < 500 ? 72 : 120, top: 8, bottom: 8, nodeWidth: 10, nodeGap: 12, draggable: false, data, links: (picture.flows ?? []).map((flow) => leaning(flow, colours)), lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 }, label: { color: colours.text, fontSize: 11, formatter: (point: Point) => names.get(point.name) ?? point.name }, emphasis: { focus: "adjacency" } }],
  };
}

// Beginnings stand at the left, ends at the right, what lies between on a ring: the same data give the same picture.
function graph(picture: Picture, colours: Colours, width: number): Options {
  const nodes = picture.nodes ?? [];
  const paint = painted(picture, colours);
  const most = Math.max(1, ...(picture.flows ?? []).map((flow) => flow.value));
  const biggest = Math.max(1, ...nodes.map((node) => node.value ?? 0));
  const columns = [0, 1, 2].map((depth) => nodes.filter((node) => (node.depth ?? 1) === depth));
  const size = { width: width - (width < 500 ? 112 : 170), height: 330 };
  const place = (node: Node): { x: number; y: number } => {
    const depth = node.depth ?? 1;
    const among = columns[depth]!;
    const at = among.indexOf(node);
    if (depth !== 1) return { x: depth === 0 ? 0 : size.width, y: (size.height * (at + 1)) / (among.length + 1) };
    const angle = Math.PI + (2 * Math.PI * at) / among.length;
    return { x: size.width * (0.5 + 0.32 * Math.cos(angle)), y: size.height * (0.5 + 0.48 * Math.sin(angle)) };
  };
  const data = nodes.map((node) => ({ ...node, ...place(node), symbolSize: (width < 500 ? 10 : 14) + (width < 500 ? 22 : 40) * Math.sqrt((node.value ?? 0) / biggest), itemStyle: { color: paint.get(node.label) }, label: { show: true, position: "bottom", color: colours.text, fontSize: 11, formatter: node.label } }));
  // Unseen corners: the picture's box is that of its points, and one of another shape would stretch the circles.
  const corners = [[0, 0], [size.width, size.height]].map(([x, y]) => ({ name: `corner ${x}`, x, y, symbolSize: 0, silent: true, label: { show: false } }));
  const box = { left: width < 500 ? 40 : 70, top: 34, ...size };
  const edges = (picture.flows ?? []).map((flow) => ({ ...flow, lineStyle: { width: 1 + 9 * (flow.value / most), opacity: 0.18 + 0.5 * (flow.value / most), color: paint.get(nodes.find((node) => node.name === flow.source)?.label ?? ""), curveness: 0.22 } }));
  return {
    series: [{ type: "graph", layout: "none", labelLayout: { hideOverlap: true }, animation: false, roam: false, ...box, data: [...data, ...corners], edges, edgeSymbol: ["none", "arrow"], edgeSymbolSize: 7, emphasis: { focus: "adjacency" } }],
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
    if (picture.kind === "sankey" || picture.kind === "graph") {
      const label = (key: string) => picture.nodes?.find((node) => node.name === key)?.label ?? key;
      title.textContent = point.dataType === "edge" ? `${label(point.data.source!)} → ${label(point.data.target!)}` : label(point.name);
      name = "";
    } else if (picture.kind === "heat") {
      const [x, y, amount] = point.value as number[];
      if (typeof amount !== "number") continue;
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
