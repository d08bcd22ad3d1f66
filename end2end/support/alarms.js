// Alarms of one's own: rules that are true at once, the alarms that they raise, and what the other alarm pages hold.
import { fresh, send } from "./people.js";
import { expect } from "@playwright/test";

const RATIONALE = {
  cause: "负荷增长 / Growth of load", consequence: "设备过载 / Equipment overheats", response: "转移负荷 / Transfer load",
  time_to_respond_min: 10, owner: "调度 / Dispatch",
};

/** Sends JSON as a program does, and gives the answer if it is the expected one. */
export async function post(request, path, body, expected = 200) {
  const answer = await request.post(path, { data: body, headers: { "content-type": "application/json" } });
  if (answer.status() !== expected) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
  return answer.json();
}

let regions;
/** Numbers of regions with customers, the most populous first: their load is never 0. */
export async function loaded(request, count) {
  regions ??= (await (await request.get("/api/v1/regions")).json()).items
    .filter((region) => region.region_id > 0)
    .sort((a, b) => b.user_count - a.user_count)
    .map((region) => region.region_id);
  return regions.slice(0, count);
}

/** A rule that every region with any load breaks. */
export const definition = (listed, more = {}) => {
  const name = fresh("负荷");
  return {
    name_zh: name, name_en: name, severity: "medium", class: "over_limit",
    conditions: [{ metric: "load_now_kw", comparison: ">=", threshold: "1", deadband: "0.5" }],
    regions: { listed }, rationale: RATIONALE, ...more,
  };
};

/** Makes a rule, enabled unless told otherwise: `{ id, name, version }`. */
export async function rule(request, made, { enable = true } = {}) {
  const answer = await post(request, `/api/v1/alarm-rules${enable ? "?enable=1" : ""}`, made, 201);
  return { id: answer.rule_id, name: made.name_zh, version: answer.version };
}

/** The alarms of a rule, as soon as there are so many. */
export async function raised(request, id, count) {
  let items;
  await expect.poll(async () => {
    items = (await (await request.get(`/api/v1/alarms?rule_id=${id}`)).json()).items;
    return items.length;
  }, { message: `alarms of rule ${id}`, timeout: 30_000 }).toBe(count);
  return items;
}

/** A rule of so many regions with the alarms that it raised: `{ id, name, alarms }`. */
export async function alarms(request, count, more) {
  const made = await rule(request, definition(await loaded(request, count), more));
  return { ...made, alarms: await raised(request, made.id, count) };
}

/** Does something to an alarm as a program does. */
export const act = (request, alarm, what, body = {}) =>
  post(request, `/api/v1/alarms/${alarm.alarm_id ?? alarm.id}/${what}`, { version: alarm.version, ...body });

/** Switches off what a test has made: its alarms return. */
export async function tidy(request, made) {
  await post(request, `/api/v1/alarm-rules/${made.id}/disable`, { version: made.version });
}

/** A desk for all regions with the shifts of last, this and next week: its number. */
export async function desk(request, name = fresh("desk")) {
  const answer = await send(request, "/alarms/desks", { name, positions: 2, regions: "all" });
  const id = Number(/desk=(\d+)/.exec(answer.headers().location)[1]);
  const day = (shift) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);
  await send(request, "/alarms/shifts", {
    desk_id: id, kind: "series", pattern: "three", from: day(-7), to: day(7), crews: "王芳、李伟\n陈工、赵敏\n周强",
  });
  return id;
}

/** Starts a trial of a rule over the last days and gives its number once it has a result. */
export async function trial(request, id, other = "") {
  const day = (shift) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);
  const answer = await send(request, "/alarms/trials", { rule_id: id, tried: 1, other, try_from: day(-2), try_to: day(1) });
  const { location } = answer.headers();
  await expect.poll(async () => (await request.get(location)).text(), { timeout: 45_000 }).toContain('id="result"');
  return Number(/trials\/(\d+)/.exec(location)[1]);
}
