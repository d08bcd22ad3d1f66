// A clerk's month: from a draft to a frozen bill that adds up on the page and in its documents.
import { draft } from "../support/settlement.js";
import { expect, test } from "../support/test.js";

const hundredths = (text) => Math.round(Number(text.replace(/[^\d.−-]/g, "").replace("−", "-")) * 100);

test("the lines of a bill sum to its total, and a price unfolds", async ({ page, request }) => {
  const { id } = await draft(request, 0);
  await page.goto(`/settlement/statements/${id}`);
  const amounts = await page.locator("#lines table.bill tr:not(.total) > td.amount").allTextContents();
  const total = await page.locator("#lines tr.total").last().locator("td, th").allTextContents();
  expect(amounts.length).toBeGreaterThan(0);
  const sum = amounts.map(hundredths).reduce((left, right) => left + right, 0);
  expect(total.map(hundredths)).toContain(sum);
  const parts = page.locator("#lines details").first();
  await parts.locator("summary").click();
  await expect(parts.locator("table, ul, dl").first()).toBeVisible();
});

test("a clerk checks and freezes; what is frozen cannot be checked again", async ({ page, request }) => {
  const { id } = await draft(request, 1);
  await page.goto(`/settlement/statements/${id}`);
  const check = page.locator(`form[action="/settlement/statements/${id}/check"]`);
  await check.locator('[name="reason"]').fill("先行核对");
  await check.locator("button").first().click();
  await expect(page.locator("#statement-head")).toContainText("已审核");
  const freeze = page.locator(`form[action="/settlement/statements/${id}/freeze"]`);
  await freeze.locator("button").first().click();
  await expect(page.locator("#statement-head")).toContainText("已冻结");
  await expect(page.locator("#statement-head")).toContainText(/[0-9a-f]{8}/);
  await expect(check).toHaveCount(0);
});

test("a bill is handed over as PDF, XLSX and CSV with the same total", async ({ request }) => {
  const { id } = await draft(request, 0);
  const pdf = await request.get(`/settlement/statements/${id}/statement.pdf`);
  expect(pdf.headers()["content-type"]).toContain("application/pdf");
  expect((await pdf.body()).subarray(0, 5).toString()).toBe("%PDF-");
  const sheet = await request.get(`/settlement/statements/${id}/statement.xlsx`);
  expect((await sheet.body()).subarray(0, 2).toString()).toBe("PK");
  const csv = await request.get(`/settlement/statements/${id}/statement.csv`);
  expect(csv.status()).toBe(200);
  const bill = await (await request.get(`/api/v1/statements/${id}`)).json();
  const [head, ...rows] = (await csv.text()).trim().split("\n").map((line) => line.split(","));
  const amounts = rows.map((row) => hundredths(row[head.indexOf("amount")]));
  expect(amounts.reduce((left, right) => left + right, 0)).toBe(hundredths(bill.total_amount));
});

test("a bill of the grid company is read from a file, also as Chinese spreadsheets write it", async ({ page, request }) => {
  const { id } = await draft(request, 0);
  await page.goto(`/settlement/statements/${id}/reconcile`);
  const text = page.locator("#reconcile-bill");
  const file = page.locator('[data-file-for="reconcile-bill"] input[type="file"]');
  // 峰,1.00 in GB18030
  const old = Buffer.from([0xb7, 0xe5, 0x2c, 0x31, 0x2e, 0x30, 0x30]);
  for (const buffer of [Buffer.from("峰,1.00"), old]) {
    await text.fill("");
    await file.setInputFiles({ name: "bill.csv", mimeType: "text/csv", buffer });
    await expect(text).toHaveValue("峰,1.00");
  }
});

test("the paper version has no navigation", async ({ page, request }) => {
  const { id } = await draft(request, 0);
  await page.goto(`/settlement/statements/${id}/print`);
  await expect(page.locator("#sheet")).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(page.locator("nav:visible")).toHaveCount(0);
});

test("a tariff with a gap is refused with the minutes that are missing", async ({ page }) => {
  await page.goto("/settlement/tariffs/import");
  const plan = {
    code: "gap", name: "缺口", province: "示例", valid_from: "2026-01-01", notice: { number: "1" }, for_whom: {},
    calendar: { rules: [{ band: "peak", spans: ["08:00-22:00"] }, { band: "valley", spans: ["22:00-07:30"] }] },
    prices: { bands: { peak: "1.0", valley: "0.3" } },
  };
  const file = { format: "loadline-tariffs/1", plans: [plan], calendar: [], rules: [], carbon: [] };
  await page.locator("#import textarea").fill(JSON.stringify(file));
  await page.locator("#import button").first().click();
  await expect(page.locator("main")).toContainText(/07:30/);
});
