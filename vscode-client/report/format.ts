import type { Module, Place } from "./data";

/** `torch.nn.modules.conv.Conv2d` as `Conv2d`. */
export function shortClass(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

export function duration(seconds: number): string {
  if (seconds === 0) {
    return "0 s";
  }
  if (seconds < 0.001) {
    return `${Math.max(1, Math.round(seconds * 1e6))} µs`;
  }
  if (seconds < 1) {
    return `${significant(seconds * 1e3)} ms`;
  }
  return seconds < 120 ? `${significant(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function significant(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toString();
}

export function count(value: number): string {
  const units: [number, string][] = [
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ];
  const unit = units.find(([size]) => value >= size);
  return unit === undefined ? value.toString() : `${significant(value / unit[0])}${unit[1]}`;
}

export function plural(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

/** `float32[1, 3, 224, 224]` as `1×3×224×224`, also inside of tuples and tables. */
export function shape(description: string): string {
  return description.replaceAll(TENSOR, (_, __, sizes: string) => sizesOf(sizes));
}

/** `float32[1, 8]` as `1×8 float32`; tensors inside of something else without their type. */
export function typed(description: string): string {
  const alone = new RegExp(`^${TENSOR.source}$`).exec(description);
  return alone === null ? shape(description) : `${sizesOf(alone[2] ?? "")} ${alone[1] ?? ""}`;
}

const TENSOR = /\b([a-z]+\w*)\[([\d, ]*)\]/g;

function sizesOf(sizes: string): string {
  return sizes === "" ? "scalar" : sizes.replaceAll(", ", "×");
}

/** What a card says of what comes out: the last call's, in one line. */
export function outcome(module: Module): string {
  const outputs = module.calls.at(-1)?.outputs ?? [];
  const [first] = outputs;
  if (first === undefined) {
    return "";
  }
  return outputs.length === 1 ? shape(first) : `${outputs.length} tensors`;
}

export function totalSeconds(module: Module): number {
  return module.calls.reduce((sum, call) => sum + call.seconds, 0);
}

export function fileName(place: Place): string {
  return place.filename.slice(Math.max(place.filename.lastIndexOf("/"), place.filename.lastIndexOf("\\")) + 1);
}

/** `net.py:12`. */
export function placeLabel(place: Place): string {
  return `${fileName(place)}:${place.location.row}`;
}

/** Where a click on a module leads: to its first call, or to where it was made. */
export function placeOf(module: Module): Place | null {
  return module.calls.find((call) => call.place !== null)?.place ?? module.registered ?? module.defined;
}
