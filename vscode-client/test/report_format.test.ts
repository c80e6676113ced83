import { expect, test } from "vitest";

import { count, duration, outcome, placeLabel, shape, shortClass, typed } from "../report/format";
import { editorLink } from "../report/host";
import { rangeOf } from "../src/report/places";
import { module } from "./report_model";

test.each([
  [0, "0 s"],
  [0.0000004, "1 µs"],
  [0.00042, "420 µs"],
  [0.0012, "1.2 ms"],
  [0.25, "250 ms"],
  [1.25, "1.3 s"],
  [42, "42 s"],
  [180, "3 min"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each([
  [7, "7"],
  [1234, "1.2k"],
  [52806, "53k"],
  [11_689_512, "12M"],
  [7e9, "7.0B"],
])("%d is %s", (value, text) => {
  expect(count(value)).toBe(text);
});

test("shapes are short, also inside of something", () => {
  expect(shape("float32[1, 3, 224, 224]")).toBe("1×3×224×224");
  expect(shape("int64[]")).toBe("scalar");
  expect(shape("(float32[1, 2], None)")).toBe("(1×2, None)");
  expect(typed("bool[4]")).toBe("4 bool");
  expect(typed("{logits: float32[1, 2]}")).toBe("{logits: 1×2}");
  expect(typed("str")).toBe("str");
});

test("a card says what comes out of the last call", () => {
  const call = (...outputs: string[]) => ({ place: null, inputs: [], outputs, seconds: 0 });
  expect(outcome(module("a"))).toBe("");
  expect(outcome(module("a", "fine", { calls: [call("float32[1]"), call("float32[2, 3]")] }))).toBe("2×3");
  expect(outcome(module("a", "fine", { calls: [call("float32[1]", "float32[2]")] }))).toBe("2 tensors");
});

const PLACE = { filename: "/a b/net.py", location: { row: 3, column: 9 }, end_location: { row: 3, column: 14 } };

test("places are named by file and line, and link to the editor", () => {
  expect(placeLabel(PLACE)).toBe("net.py:3");
  expect(placeLabel({ ...PLACE, filename: "C:\\models\\net.py" })).toBe("net.py:3");
  expect(editorLink(PLACE)).toBe("vscode://file/a%20b/net.py:3:9");
  expect(editorLink({ ...PLACE, filename: "C:\\m\\net.py" })).toBe("vscode://file/C:/m/net.py:3:9");
});

test("columns become UTF-16 units, for a line that may have become shorter", () => {
  expect(rangeOf(PLACE, () => "        self.relu")).toEqual([2, 8, 2, 13]);
  expect(rangeOf(PLACE, () => 's = "😀😀"; f(x)')).toEqual([2, 10, 2, 15]);
  expect(rangeOf(PLACE, () => "x")).toEqual([2, 1, 2, 1]);
});

test("a class is called by its last name", () => {
  expect(shortClass("torch.nn.modules.conv.Conv2d")).toBe("Conv2d");
  expect(shortClass("Net")).toBe("Net");
});
