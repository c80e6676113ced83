import type { Place } from "../../report/data";

/**
 * A place as the editor counts: from 0, columns in UTF-16 units instead of code points.
 *
 * `lineText` gives a line's text, which may have changed since the run.
 */
export function rangeOf(place: Place, lineText: (line: number) => string): [number, number, number, number] {
  const [startLine, endLine] = [place.location.row - 1, place.end_location.row - 1];
  return [
    startLine,
    units(lineText(startLine), place.location.column - 1),
    endLine,
    units(lineText(endLine), place.end_location.column - 1),
  ];
}

function units(text: string, codePoints: number): number {
  return Array.from(text).slice(0, codePoints).join("").length;
}
