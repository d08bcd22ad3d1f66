// Pictures of every page in both themes and languages, and of the wall's formats, under `screens/`.
import { PAGES } from "../support/pages.js";
import { complaints, dataTime, expect, test, view } from "../support/test.js";

const LANGS = ["zh", "en"];
const THEMES = ["grey", "dark"];
const SIZES = { narrow: { width: 390, height: 844 }, wide: { width: 1920, height: 1080 } };

async function shoot(page, name, fullPage) {
  await page.evaluate(() => document.fonts.ready);
  await expect(dataTime(page)).toBeVisible();
  await page.screenshot({ path: `screens/${name}.png`, fullPage });
}

for (const entry of PAGES) {
  for (const lang of LANGS) {
    for (const theme of THEMES) {
      test(`${entry.name} ${lang} ${theme}`, async ({ page, context, open }) => {
        await view(context, { lang, theme });
        const found = complaints(page);
        await open(entry);
        await shoot(page, `${entry.name}-${lang}-${theme}`, !entry.viewport);
        expect(found).toEqual([]);
      });
    }
  }
  if (entry.viewport) continue;
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`${entry.name} ${size}`, async ({ page, open }) => {
      await open({ ...entry, viewport });
      await shoot(page, `${entry.name}-${size}`, true);
    });
  }
}

test("wall letterboxed", async ({ page, open }) => {
  await open({ ...PAGES.find((entry) => entry.name === "wall"), viewport: { width: 1280, height: 1024 } });
  await shoot(page, "wall-1280x1024", false);
});
