// Every page: its address, its title in both languages, the blocks it must have. Pages with forms do not reload.
import * as alarms from "./alarms.js";
import { add } from "./people.js";
import { draft, month } from "./settlement.js";

export const PAGES = [
  {
    name: "dashboard", path: "/", zh: "实时区域总览", en: "Live regional dashboard",
    blocks: ["load-now", "attention", "regions", "curve", "day", "windows", "users", "quality"],
  },
  {
    name: "region", path: "/regions/{region}", zh: null, en: null,
    blocks: ["region-head", "curve", "figures", "composition", "rollups", "top-users", "silent", "windows"],
  },
  { name: "user", path: "/users/{user}", zh: "用户", en: "Customer", blocks: ["user-head", "facts", "curve", "readings", "telephone"] },
  { name: "search", path: "/search?q=1", zh: "查找用户", en: "Find customer", blocks: ["filter", "results"] },
  { name: "rankings", path: "/rankings", zh: "用户排名", en: "User rankings", blocks: ["filter", "ranking", "movers"] },
  { name: "peaks", path: "/peaks", zh: "峰值分析", en: "Peaks", blocks: ["today", "heat", "distribution", "shift"] },
  {
    name: "pipeline", path: "/pipeline", zh: "数据链路", en: "Pipeline",
    blocks: ["verdict", "chain", "times", "log", "layers", "rejected", "store", "history"],
  },
  { name: "login", path: "/login", zh: "登录", en: "Sign in", blocks: ["login"], isForm: true, isNobodys: true },
  { name: "welcome", path: "{welcome}", zh: "设置密码", en: "Set a password", blocks: ["welcome"], isForm: true, isNobodys: true },
  { name: "account", path: "/account", zh: "我的账户", en: "My account", blocks: ["who", "may", "preferences", "sessions"], isForm: true },
  { name: "password", path: "/account/password", zh: "修改密码", en: "Change password", blocks: ["password"], isForm: true },
  { name: "people", path: "/people", zh: "人员与权限", en: "People and rights", blocks: ["filter", "people", "rights"], isForm: true },
  { name: "person-new", path: "/people/new", zh: "添加人员", en: "Add a person", blocks: ["person", "rights"], isForm: true },
  { name: "person", path: "/people/{person}", zh: "人员", en: "Person", blocks: ["person", "actions", "history"], isForm: true },
  {
    name: "tenants", path: "/tenants", zh: "租户与区域", en: "Tenants and regions",
    blocks: ["tenants", "add", "regions-of"], isForm: true,
  },
  {
    name: "tokens", path: "/tokens", zh: "令牌与大屏链接", en: "Tokens and wall links",
    blocks: ["tokens", "walls", "add-token", "add-wall"], isForm: true,
  },
  { name: "alarms", path: "/alarms?rule={rule}", zh: "告警台", en: "Alarm desk", blocks: ["filter", "desk-selection", "desk-list", "desk-keys"], isForm: true, scripts: ["/style/desk.js"] },
  {
    name: "alarm", path: "/alarms/{alarm}", zh: "告警 \\d+", en: "Alarm \\d+", isForm: true, scripts: ["/style/desk.js"],
    blocks: ["alarm-now", "alarm-buttons", "alarm-forms", "alarm-rationale", "alarm-around", "alarm-history", "told"],
  },
  {
    name: "alarms-aside", path: "/alarms/set-aside", zh: "已搁置与停用", en: "Set aside",
    blocks: ["aside-shelved", "aside-suppressed", "aside-out-of-service"],
  },
  { name: "rules", path: "/alarms/rules", zh: "告警规则", en: "Alarm rules", blocks: ["rules", "holidays"], isForm: true },
  { name: "rule-new", path: "/alarms/rules/new", zh: "新建规则", en: "New rule", blocks: ["rule-form"], isForm: true, scripts: ["/style/rules.js"] },
  {
    name: "rule", path: "/alarms/rules/{rule}", zh: "负荷", en: "负荷", isForm: true, scripts: ["/style/rules.js"],
    blocks: ["what", "actions", "rule-form", "try", "versions"],
  },
  {
    name: "trial", path: "/alarms/trials/{trial}", zh: "试运行 \\d+", en: "Trial \\d+", isForm: true,
    blocks: ["what", "result", "timeline"],
  },
  {
    name: "notices", path: "/alarms/notices", zh: "通知", en: "Notifications", isForm: true,
    blocks: ["channels", "add-channel", "routes", "add-route", "dead-messages", "notice-log"],
  },
  { name: "performance", path: "/alarms/performance?desk={desk}", zh: "告警绩效", en: "Performance", blocks: ["filter", "figures", "per-ten-minutes"], isForm: true },
  {
    name: "shifts", path: "/alarms/shifts?desk={desk}", zh: "排班", en: "Shifts", isForm: true,
    blocks: ["desks", "calendar", "add-shift", "add-series", "add-desk", "change-desk"],
  },
  { name: "handover", path: "/alarms/handover?desk={desk}", zh: "交接班", en: "Hand-over", blocks: ["handover", "past-handovers"], isForm: true },
  {
    name: "settlement", path: "/settlement", zh: "结算总览", en: "Settlement", isForm: true,
    blocks: ["month", "settlement-figures", "settlement-regions", "settlement-risk", "settlement-bands", "settlement-make"],
  },
  { name: "statements", path: "/settlement/statements", zh: "账单", en: "Statements", blocks: ["filter", "statements", "statements-selection"], isForm: true },
  {
    name: "statement", path: "/settlement/statements/{statement}", zh: "账单 \\d+", en: "Statement \\d+", isForm: true,
    blocks: ["statement-head", "statement-figures", "lines", "days", "events", "acts"],
  },
  { name: "statement-reconcile", path: "/settlement/statements/{statement}/reconcile", zh: null, en: null, blocks: ["reconcile-form"], isForm: true, scripts: ["/style/tariffs.js"] },
  { name: "settlement-run", path: "/settlement/runs/{run}", zh: null, en: null, blocks: ["run"] },
  { name: "exceptions", path: "/settlement/exceptions", zh: null, en: null, blocks: ["month"], isForm: true },
  { name: "differences", path: "/settlement/differences", zh: null, en: null, blocks: ["filter", "differences"], isForm: true },
  { name: "loss", path: "/settlement/loss", zh: null, en: null, blocks: ["month", "loss"], isForm: true },
  { name: "contracts", path: "/settlement/contracts", zh: "合同", en: "Contracts", blocks: ["filter", "contracts"], isForm: true },
  { name: "contract", path: "/settlement/contracts/{contract}", zh: null, en: null, blocks: ["contract", "terms", "put-terms", "acts", "history"], isForm: true },
  { name: "contract-new", path: "/settlement/contracts/new", zh: null, en: null, blocks: ["new-contract"], isForm: true },
  { name: "contracts-import", path: "/settlement/contracts/import", zh: null, en: null, blocks: ["import"], isForm: true },
  { name: "tariffs", path: "/settlement/tariffs", zh: "电价", en: "Tariffs", blocks: ["tariffs"], isForm: true },
  { name: "tariff", path: "/settlement/tariffs/hubei-single-below-1kv", zh: null, en: null, blocks: ["what", "bands", "year", "prices", "versions"], isForm: true },
  { name: "tariff-new", path: "/settlement/tariffs/new", zh: null, en: null, blocks: ["tariff-form"], isForm: true },
  { name: "tariffs-import", path: "/settlement/tariffs/import", zh: null, en: null, blocks: ["import"], isForm: true, scripts: ["/style/tariffs.js"] },
  { name: "calendar", path: "/settlement/calendar", zh: null, en: null, blocks: ["national"], isForm: true },
  { name: "what-if", path: "/settlement/what-if", zh: null, en: null, blocks: [], isForm: true },
  { name: "audit", path: "/audit", zh: "审计", en: "Audit", blocks: ["filter", "verify", "entries"], isForm: true },
  {
    name: "wall", path: "/wall", zh: "电网负荷实时监视", en: "Grid load, live", viewport: { width: 1920, height: 1080 },
    blocks: ["wall-head", "wall-now", "wall-regions", "wall-day", "wall-curve", "wall-attention", "wall-users", "wall-alarms"],
  },
  {
    name: "wall-32x9", path: "/wall?layout=32x9", zh: "电网负荷实时监视", en: "Grid load, live", viewport: { width: 3840, height: 1080 },
    blocks: [
      "wall-head", "wall-head-2", "wall-now", "wall-regions", "wall-day", "wall-curve", "wall-heat", "wall-users",
      "wall-attention", "wall-quality", "wall-alarms", "wall-alarms-2",
    ],
  },
];

/** Numbers of a region and a customer that are linked from the dashboard. */
let linked;
/** A person who has not come in yet. */
let invited;
/** A rule with its alarm, a trial of it, a desk. */
let furnished;
/** A draft of a statement. */
let billed;

async function furnish(request) {
  const made = await alarms.alarms(request, 2);
  return {
    rule: made.id, alarm: made.alarms[0].alarm_id, trial: await alarms.trial(request, made.id), desk: await alarms.desk(request),
  };
}

export async function resolve(path, request) {
  if (!linked) {
    const html = await (await request.get("/")).text();
    linked = { region: /href="\/regions\/(\d+)"/.exec(html)?.[1], user: /href="\/users\/(\d+)"/.exec(html)?.[1] };
    if (!linked.region || !linked.user) throw new Error("the dashboard links no region or no customer");
  }
  if (/\{(person|welcome)\}/.test(path)) invited ??= await add(request);
  if (/\{(rule|alarm|trial|desk)\}/.test(path)) furnished ??= furnish(request);
  if (path === "/settlement") await month(request);
  if (/\{(statement|contract|run)\}/.test(path)) billed ??= draft(request);
  const own = await furnished;
  const bill = await billed;
  return path
    .replace("{region}", linked.region)
    .replace("{user}", linked.user)
    .replace("{person}", invited?.id)
    .replace("{welcome}", invited && new URL(invited.link).pathname)
    .replace("{statement}", bill?.id)
    .replace("{contract}", bill?.contract)
    .replace("{run}", bill?.run)
    .replace(/\{(rule|alarm|trial|desk)\}/, (_, name) => own[name]);
}
