// Builds the few drawn parts into the console's static folder; nothing it makes is committed.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const out = new URL("../choral/interfaces/web/static/built/", import.meta.url);
const from = (path) => new URL(`node_modules/${path}`, import.meta.url);

await mkdir(new URL("test/", out), { recursive: true });
const made = await build({
  entryPoints: ["src/app.ts"],
  outdir: out.pathname,
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  chunkNames: "part-[hash]",
  target: "es2022",
  legalComments: "none",
  metafile: true,
});
// The shops' own script: one file without parts, for any browser of the last years.
await build({
  entryPoints: ["src/c.ts"],
  outfile: new URL("c.js", out).pathname,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  legalComments: "none",
});
// What an earlier build left is removed by name, so that a server that runs meanwhile never misses a file.
const parts = new Set(Object.keys(made.metafile.outputs).map((path) => path.split("/").pop()));
for (const name of await readdir(out))
  if (name.startsWith("part-") && !parts.has(name.replace(/\.gz$/, ""))) await rm(new URL(name, out));

const icons = JSON.parse(await readFile(new URL("src/icons.json", import.meta.url), "utf8"));
const symbols = await Promise.all(
  Object.entries(icons).map(async ([name, source]) => {
    const drawing = await readFile(from(`lucide-static/icons/${source}.svg`), "utf8");
    const lines = drawing.replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1].trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${lines.replace(/\s+/g, " ")}</symbol>`;
  }),
);
await writeFile(new URL("icons.svg", out), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);

await copyFile(from("@segment/analytics-next/dist/umd/standalone.js"), new URL("analytics.min.js", out));
await copyFile(from("axe-core/axe.min.js"), new URL("test/axe.min.js", out));
for (const part of ["latin", "latin-ext"])
  await copyFile(from(`@fontsource-variable/inter/files/inter-${part}-wght-normal.woff2`), new URL(`inter-${part}.woff2`, out));

for (const name of await readdir(out)) {
  if (!/\.(js|svg)$/.test(name)) continue;
  const content = await readFile(new URL(name, out));
  const packed = gzipSync(content, { level: 9 });
  await writeFile(new URL(`${name}.gz`, out), packed);
  console.log(`${name}  ${(content.length / 1024).toFixed(1)} kB, ${(packed.length / 1024).toFixed(1)} kB packed`);
}
