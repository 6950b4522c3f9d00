// The contrast that look.md asks for, computed from the tokens themselves.
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const css = fs.readFileSync(path.join(import.meta.dirname, "../src/ui/theme.css"), "utf8");

type Oklch = [number, number, number];

function token(name: string): { light: Oklch; dark: Oklch } {
  const hit = new RegExp(`--color-${name}: light-dark\\(oklch\\(([^)]+)\\), oklch\\(([^)]+)\\)\\)`).exec(css);
  const read = (text = ""): Oklch => {
    const [l = Number.NaN, c = 0, h = 0] = text.split(/[\s/]+/).map(Number);
    return [l, c, h];
  };
  return { light: read(hit?.[1]), dark: read(hit?.[2]) };
}

/** Relative luminance of WCAG, from OKLCH by way of linear sRGB (https://bottosson.github.io/posts/oklab/). */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  const red = clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Oklch, other: Oklch): number {
  const [x, y] = [luminance(one), luminance(other)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const grounds = ["paper", "surface", "sunken", "ink-weak", "note"];
const pairs: [text: string, grounds: string[], least: number][] = [
  ["text", grounds, 7],
  ["text-2", grounds, 4.5],
  ["text-3", ["paper", "surface", "sunken"], 4.5],
  ["ink", grounds, 4.5],
  ["brick", ["paper", "surface", "sunken", "brick-weak", "ink-weak"], 4.5],
  ["moss", ["paper", "surface", "moss-weak"], 4.5],
  ["ochre", ["paper", "surface", "ochre-weak"], 4.5],
  ["seal", ["paper", "surface", "seal-weak"], 4.5],
  ["on-ink", ["ink", "brick", "seal"], 4.5],
  ["edge", ["paper", "surface", "sunken"], 3],
  ["note-edge", ["note"], 3],
];

describe.each(["light", "dark"] as const)("in %s", (scheme) => {
  test.each(pairs)("%s can be told from %s by at least %s:1", (name, on, least) => {
    for (const ground of on) {
      expect(contrast(token(name)[scheme], token(ground)[scheme]), `${name} on ${ground}`).toBeGreaterThanOrEqual(
        least,
      );
    }
  });
});
