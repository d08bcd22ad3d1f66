// Every page: its address, its title in both languages, the blocks it must have. Pages with forms do not reload.
import { add } from "./people.js";

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

export async function resolve(path, request) {
  if (!linked) {
    const html = await (await request.get("/")).text();
    linked = { region: /href="\/regions\/(\d+)"/.exec(html)?.[1], user: /href="\/users\/(\d+)"/.exec(html)?.[1] };
    if (!linked.region || !linked.user) throw new Error("the dashboard links no region or no customer");
  }
  if (/\{(person|welcome)\}/.test(path)) invited ??= await add(request);
  return path
    .replace("{region}", linked.region)
    .replace("{user}", linked.user)
    .replace("{person}", invited?.id)
    .replace("{welcome}", invited && new URL(invited.link).pathname);
}
