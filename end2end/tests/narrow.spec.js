// On a telephone only tables scroll sideways, never the page.
import { PAGES } from "../support/pages.js";
import { barriers, expect, test } from "../support/test.js";

const TELEPHONE = { width: 360, height: 780 };

for (const entry of PAGES) {
  test(`${entry.name} fits 360 px`, async ({ page, open }) => {
    for (const lang of ["zh", "en"]) {
      const path = entry.path + (entry.path.includes("?") ? "&" : "?") + `lang=${lang}`;
      await open({ ...entry, path, viewport: TELEPHONE });
      const width = await page.evaluate(() => {
        scrollTo(1000, 0);
        return { wide: document.scrollingElement.scrollWidth, scrolled: scrollX };
      });
      expect(width, lang).toEqual({ wide: TELEPHONE.width, scrolled: 0 });
      if (lang === "en") expect(await barriers(page)).toEqual([]);
    }
  });
}

test("long values wrap instead of pushing the page", async ({ page, open }) => {
  for (const name of ["region", "dashboard", "settlement"]) {
    const entry = PAGES.find((one) => one.name === name);
    await open({ ...entry, viewport: TELEPHONE });
    const wide = await page.evaluate(() => {
      const values = document.querySelectorAll(".figure .value, .comparisons .value");
      for (const value of values) value.textContent = "−123,456.7 kW (↓ −99.4 %)";
      return { count: values.length > 0, wide: document.scrollingElement.scrollWidth };
    });
    expect(wide, name).toEqual({ count: true, wide: TELEPHONE.width });
  }
});
