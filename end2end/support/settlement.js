// Settlement of the demo's customers: a month with drafts, and a statement of a commercial customer.
import { expect } from "@playwright/test";
import { post } from "./alarms.js";

/** The month of the newest settled day; the worker may still be at its first days. */
export async function month(request) {
  let found;
  await expect.poll(async () => {
    const html = await (await request.get("/settlement")).text();
    found = /type="month"[^>]*value="(\d{4}-\d{2})"/.exec(html)?.[1] ?? /value="(\d{4}-\d{2})"[^>]*type="month"/.exec(html)?.[1];
    const answer = await request.get(`/exports/settlements.csv?from=${found}-01`);
    return (await answer.text()).trim().split("\n").length > 1;
  }, { timeout: 60_000 }).toBe(true);
  return found;
}

let commercial;
/** Contracts with time-of-use prices, the same ones each time. */
async function contracts(request, count) {
  commercial ??= (await (await request.get("/api/v1/contracts?tariff=hubei-single-below-1kv&limit=20")).json()).contracts;
  return commercial.slice(0, count);
}

/** A draft of its own for each caller: `{ id, contract, month }`. */
export async function draft(request, at = 0) {
  const of = await month(request);
  const contract = (await contracts(request, at + 1))[at].contract_id;
  const made = await post(request, "/api/v1/statements/generate", { month: of, contracts: [contract] }, 202);
  const state = async () => (await (await request.get(`/api/v1/statements/runs/${made.run.run_id}`)).json()).state;
  await expect.poll(state, { timeout: 30_000 }).toBe("done");
  const { items: [statement] } = await (await request.get(`/api/v1/statements?month=${of}&contract=${contract}`)).json();
  return { id: statement.statement_id, contract, month: of, run: made.run.run_id };
}
