import { expect, test } from "vitest";

import { Backoff } from "../src/server/backoff";
import type { Launch } from "../src/server/launch";
import { Lifecycle, type ServerState, type Session } from "../src/server/lifecycle";

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class World {
  command = ["python3", "server"];
  opened: Launch[] = [];
  stopped = 0;
  states: ServerState["kind"][] = [];
  last: ServerState | undefined;
  crash: () => void = () => undefined;
  failure: Error | undefined;
  slept: number[] = [];
  awake = true;
  private wake: () => void = () => undefined;

  readonly lifecycle = new Lifecycle<Session>(
    {
      resolve: () => Promise.resolve({ command: [...this.command], source: "bundled" as const, version: "1" }),
      open: (launch, crashed) => {
        if (this.failure !== undefined) {
          return Promise.reject(this.failure);
        }
        this.opened.push(launch);
        this.crash = crashed;
        return Promise.resolve({
          stop: () => {
            this.stopped += 1;
            return Promise.resolve();
          },
        });
      },
      changed: (state) => {
        this.states.push(state.kind);
        this.last = state;
      },
      sleep: (milliseconds) => {
        this.slept.push(milliseconds);
        return this.awake ? Promise.resolve() : new Promise((resolve) => (this.wake = resolve));
      },
    },
    new Backoff(undefined, () => 0),
  );

  wakeUp(): void {
    this.wake();
  }
}

test("starts and stops", async () => {
  const world = new World();
  await world.lifecycle.restart();
  await world.lifecycle.stop();
  expect(world.states).toEqual(["starting", "running", "stopped"]);
  expect([world.opened.length, world.stopped]).toEqual([1, 1]);
});

test("a restart stops the old server before the new one starts", async () => {
  const world = new World();
  await world.lifecycle.restart();
  await world.lifecycle.restart();
  expect([world.opened.length, world.stopped]).toEqual([2, 1]);
});

test("many requests at once make one start and one more", async () => {
  const world = new World();
  await Promise.all(Array.from({ length: 10 }, () => world.lifecycle.restart()));
  expect([world.opened.length, world.stopped]).toEqual([2, 1]);
});

test("a change that leads to the same server restarts nothing", async () => {
  const world = new World();
  await world.lifecycle.restart();
  await world.lifecycle.reconsider();
  expect(world.opened.length).toBe(1);
});

test("a change that leads to another server restarts", async () => {
  const world = new World();
  await world.lifecycle.restart();
  world.command = ["other/python", "server"];
  await world.lifecycle.reconsider();
  expect(world.opened.map((launch) => launch.command[0])).toEqual(["python3", "other/python"]);
});

test("a change during a start that leads to the same server restarts nothing", async () => {
  const world = new World();
  await Promise.all([world.lifecycle.restart(), world.lifecycle.reconsider()]);
  expect([world.opened.length, world.stopped]).toEqual([1, 0]);
});

test("a change while there is no server starts one", async () => {
  const world = new World();
  world.failure = new Error("no Python");
  await world.lifecycle.restart();
  expect(world.last).toMatchObject({ kind: "failed", reason: "no Python" });
  world.failure = undefined;
  await world.lifecycle.reconsider();
  expect(world.last).toMatchObject({ kind: "running" });
});

test("a crash is followed by a start, after a pause that grows, and then by giving up once", async () => {
  const world = new World();
  await world.lifecycle.restart();
  for (let crash = 0; crash < 5; crash++) {
    world.crash();
    await tick();
  }
  expect(world.slept).toEqual([500, 1000, 2000, 4000]);
  expect(world.opened.length).toBe(5);
  expect(world.states.filter((kind) => kind === "failed")).toEqual(["failed"]);
  expect(world.last).toEqual({ kind: "failed", reason: "its server stopped several times in a row" });
});

test("after giving up, a restart that was asked for works", async () => {
  const world = new World();
  await world.lifecycle.restart();
  for (let crash = 0; crash < 5; crash++) {
    world.crash();
    await tick();
  }
  await world.lifecycle.restart();
  expect(world.last?.kind).toBe("running");
});

test("a restart during the pause after a crash replaces it", async () => {
  const world = new World();
  await world.lifecycle.restart();
  world.awake = false;
  world.crash();
  await world.lifecycle.restart();
  world.wakeUp();
  await tick();
  expect(world.opened.length).toBe(2);
});

test("the end of a server that was stopped is no crash", async () => {
  const world = new World();
  await world.lifecycle.restart();
  const ended = world.crash;
  await world.lifecycle.restart();
  ended();
  await tick();
  expect([world.opened.length, world.slept.length]).toEqual([2, 0]);
});

test("nothing starts after the stop", async () => {
  const world = new World();
  await world.lifecycle.restart();
  world.crash();
  await world.lifecycle.stop();
  await world.lifecycle.restart();
  expect(world.states.at(-1)).toBe("stopped");
});

test("a start that fails tells why, once", async () => {
  const world = new World();
  world.failure = new Error("it did not answer");
  await world.lifecycle.restart();
  expect(world.states).toEqual(["starting", "failed"]);
  expect(world.last).toMatchObject({ reason: "it did not answer" });
});
