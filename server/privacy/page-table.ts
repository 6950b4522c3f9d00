// A table of the pages that the server writes: rows and columns where there is room, one block per row on a phone.
import { html, type Html } from "./html.ts";

interface PageTable {
  caption: string;
  /** what stands above it says the same */
  isCaptionTold?: boolean;
  heads: readonly string[];
  rows: readonly (readonly Cell[])[];
}
type Cell = Html | string | null;

/** The roles are what the elements mean: a browser forgets it where the style stacks them. A cell with nothing in it is left out there. */
export function pageTable({ caption, isCaptionTold = false, heads, rows }: PageTable): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table class="stacks" role="table">
      ${
        !isCaptionTold &&
        html`<caption class="quiet">
          ${caption}
        </caption>`
      }
      <thead role="rowgroup">
        <tr role="row">
          ${heads.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          (cells) =>
            html`<tr role="row">
              ${cells.map((cell, at) => html`<td role="cell" data-label="${heads[at]}">${cell && html`<div>${cell}</div>`}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
