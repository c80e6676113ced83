import { expect, test } from "vitest";

import { Backoff, SERVER_BACKOFF } from "../src/server/backoff";

test("pauses double, and the fifth crash within three minutes is the last", () => {
  const backoff = new Backoff(SERVER_BACKOFF, () => 0);
  expect([1, 2, 3, 4, 5].map(() => backoff.crashed())).toEqual([500, 1000, 2000, 4000, undefined]);
});

test("a pause is never longer than the longest", () => {
  const backoff = new Backoff({ first: 500, longest: 1500, crashes: 9, window: 1000 }, () => 0);
  expect([1, 2, 3, 4].map(() => backoff.crashed())).toEqual([500, 1000, 1500, 1500]);
});

test("crashes long ago do not count", () => {
  let now = 0;
  const backoff = new Backoff(SERVER_BACKOFF, () => now);
  for (let crash = 0; crash < 20; crash++) {
    expect(backoff.crashed()).toBe(500);
    now += SERVER_BACKOFF.window;
  }
});

test("a start that was asked for begins anew", () => {
  const backoff = new Backoff(SERVER_BACKOFF, () => 0);
  backoff.crashed();
  backoff.crashed();
  backoff.reset();
  expect(backoff.crashed()).toBe(500);
});
