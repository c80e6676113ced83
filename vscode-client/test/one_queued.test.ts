import { expect, test } from "vitest";

import { OneQueued } from "../src/server/one_queued";

/** Jobs that end when they are told to. */
function controlled(): { job: () => Promise<void>; started: () => number; end: () => Promise<void> } {
  const ends: (() => void)[] = [];
  let started = 0;
  return {
    job: () => {
      started += 1;
      return new Promise((resolve) => ends.push(resolve));
    },
    started: () => started,
    end: async () => {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test("runs a job at once", async () => {
  const jobs = controlled();
  const done = new OneQueued(jobs.job).request();
  expect(jobs.started()).toBe(1);
  await jobs.end();
  await done;
});

test("however many ask meanwhile, one job waits, and only one ever runs", async () => {
  const jobs = controlled();
  const queue = new OneQueued(jobs.job);
  const first = queue.request();
  const others = [queue.request(), queue.request(), queue.request()];
  expect(jobs.started()).toBe(1);
  await jobs.end();
  await first;
  expect(jobs.started()).toBe(2);
  await jobs.end();
  await Promise.all(others);
  expect(jobs.started()).toBe(2);
});

test("a request during the waiting job's run waits for one more", async () => {
  const jobs = controlled();
  const queue = new OneQueued(jobs.job);
  void queue.request();
  void queue.request();
  await jobs.end();
  const third = queue.request();
  await jobs.end();
  expect(jobs.started()).toBe(3);
  await jobs.end();
  await third;
});

test("a job that fails does not keep the next from running", async () => {
  let runs = 0;
  const queue = new OneQueued(() => (++runs === 1 ? Promise.reject(new Error("no")) : Promise.resolve()));
  const first = queue.request();
  const second = queue.request();
  await expect(first).rejects.toThrow("no");
  await second;
  expect(runs).toBe(2);
});
