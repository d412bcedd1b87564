// A preview of tests/report/study.toml in the browser: says what it is, shows what lies in the bone, and what differs.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

import {change, openPage, pictureOf} from './browser_tools.mjs';

export function checkPreview(browser, path, folder) {
  const url = pathToFileURL(path).href;
  return {
    async 'a preview says that nothing was solved, and offers no loads or steps'() {
      const {page, close} = await openPage(browser, url);
      assert.match(await page.locator('header').textContent(), /Preview: nothing has been solved/);
      assert.equal(await page.locator('#warnings h2').textContent(), 'Findings');
      for (const name of ['direction', 'step'])
        assert.ok(!await page.locator(`[data-control="${name}"]`).isVisible(), `${name} of a state without load`);
      assert.equal(await page.locator('[data-control="field-solid"]').count(), 0, 'stresses are results');
      assert.ok(!await page.locator('[data-control="cut"]').isChecked());
      assert.equal(await page.locator('#tables table caption').first().textContent(), 'Surgery');
      await page.screenshot({path: join(folder, 'preview.png'), fullPage: true});
      await close();
    },

    async 'screws are seen through the bone, findings are red'() {
      const {page, close} = await openPage(browser, url);
      const group = name => page.locator('.tree > li', {hasText: name}).first().locator('input').first();
      await change(page, () => page.locator('[data-control="beside"]').selectOption('rigid_fixation'));
      await change(page, () => page.locator('[data-control="variant"]').selectOption('rigid_fixation'));
      assert.ok((await pictureOf(page)).halvesDiffer < 0.002, 'equal variants look alike');
      await change(page, () => page.locator('[data-control="variant"]').selectOption('intact'));
      const beside = (await pictureOf(page)).halvesDiffer;
      assert.ok(beside > 0.01, `screws and rods change only ${beside} of the picture`);
      const shown = await pictureOf(page);
      await change(page, () => group('findings').uncheck());
      assert.notEqual((await pictureOf(page)).hash, shown.hash, 'a mark is not seen');
      await close();
    },
  };
}
