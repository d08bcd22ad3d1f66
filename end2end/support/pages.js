// Every page: its address, its title in both languages, the blocks it must have.

export const PAGES = [
  {
    name: "dashboard", path: "/", zh: "实时区域总览", en: "Live regional dashboard",
    blocks: ["load-now", "attention", "regions", "curve", "day", "windows", "users", "quality"],
  },
  {
    name: "region", path: "/regions/{region}", zh: null, en: null,
    blocks: ["region-head", "curve", "figures", "composition", "rollups", "top-users", "silent", "windows"],
  },
  { name: "user", path: "/users/{user}", zh: "用户", en: "Customer", blocks: ["user-head", "facts", "curve", "readings"] },
  { name: "search", path: "/search?q=1", zh: "查找用户", en: "Find customer", blocks: ["filter", "results"] },
  { name: "rankings", path: "/rankings", zh: "用户排名", en: "User rankings", blocks: ["filter", "ranking", "movers"] },
  { name: "peaks", path: "/peaks", zh: "峰值分析", en: "Peaks", blocks: ["today", "heat", "distribution", "shift"] },
  {
    name: "pipeline", path: "/pipeline", zh: "数据链路", en: "Pipeline",
    blocks: ["verdict", "chain", "times", "log", "layers", "rejected", "store", "history"],
  },
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
export async function resolve(path, request) {
  if (!linked) {
    const html = await (await request.get("/")).text();
    linked = { region: /href="\/regions\/(\d+)"/.exec(html)?.[1], user: /href="\/users\/(\d+)"/.exec(html)?.[1] };
    if (!linked.region || !linked.user) throw new Error("the dashboard links no region or no customer");
  }
  return path.replace("{region}", linked.region).replace("{user}", linked.user);
}
