// The page's colour tokens as plain RGB, which the chart library understands in both themes.
export interface Colours {
  text: string;
  quiet: string;
  line: string;
  surface: string;
  accent: string;
  good: string;
  bad: string;
  series: string[];
  ramp: string[];
}

const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;

export function palette(host: HTMLElement): Colours {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`;
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = getComputedStyle(probe).color;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const colours = {
    text: read("text"),
    quiet: read("text-quiet"),
    line: read("border"),
    surface: read("surface-raised"),
    accent: read("accent"),
    good: read("good"),
    bad: read("bad"),
    series: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => read(`series-${number}`)),
    ramp: [1, 2, 3, 4, 5].map((number) => read(`ramp-${number}`)),
  };
  probe.remove();
  return colours;
}
