// The report page in a real browser: node browser.mjs --libraries DIR --page FILE --chromium FILE --folder DIR [--study DIR] [--preview FILE]
//   --libraries  folder whose node_modules holds playwright-core
//   --page       the page without data, as the build makes it
//   --folder     where pages and pictures of this test are written
//   --only       run the tests whose names hold these words
//   --preview    the page that lumbarfem preview made of the same study
//   --study      a result folder with report.html and results.csv: the page that lumbarfem itself made
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

import {EVIL, fillPage, smallReport} from './small_report.mjs';
import {checkPreview} from './preview_checks.mjs';
import {checkStudy} from './study_checks.mjs';
import {change, openPage, pictureOf} from './browser_tools.mjs';

const option = (name, otherwise) => {
  const index = process.argv.indexOf(`--${name}`);
  return index > 0 ? process.argv[index + 1] : otherwise;
};
const {chromium} = createRequire(resolve(option('libraries'), 'package.json'))('playwright-core');
const folder = resolve(option('folder'));
const template = readFileSync(option('page'), 'utf8');

function write(name, report) {
  const path = join(folder, name);
  writeFileSync(path, fillPage(template, report));
  return pathToFileURL(path).href;
}

const browser = await chromium.launch({
  executablePath: option('chromium'),
  // WebGL without a graphics card, and nothing that calls home.
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--no-first-run'],
});
const small = write('small.html', smallReport());
const hostile = write('hostile.html', smallReport(true));

const tests = {
  async 'opens from a file, draws, and says nothing'() {
    const {page, close} = await openPage(browser, small);
    assert.equal(await page.title(), 'One motion segment – LumbarFEM');
    assert.equal(await page.locator('h1').textContent(), 'One motion segment');
    const picture = await pictureOf(page);
    assert.ok(picture.share > 0.1 && picture.share < 0.9, `${picture.share} of the 3D view is painted`);
    assert.ok(picture.colours > 20, `only ${picture.colours} colours in the 3D view`);
    await page.screenshot({path: join(folder, 'small.png')});
    await close();
  },

  async 'the answer stands first, in words'() {
    const {page, close} = await openPage(browser, small);
    assert.equal(await page.locator('main > section').first().getAttribute('id'), 'answer');
    assert.equal(await page.locator('#answer dt').textContent(), 'rigid fixation');
    assert.deepEqual(await page.locator('#answer li').allTextContents(),
      ['ROM L4-L5 \u221270.4 % (from 11.5 to 3.4 deg)', 'to get bands: lumbarfem convergence']);
    assert.equal(await page.locator('#answer code').textContent(), 'lumbarfem convergence');
    await close();
  },

  async 'operated and adjacent levels are marked'() {
    const {page, close} = await openPage(browser, small);
    assert.deepEqual(await page.locator('.level-label').allTextContents(), ['L4-L5\noperated', 'L4-L5\noperated']);
    const [label, stage] = await Promise.all([page.locator('.level-label').first().boundingBox(), page.locator('.stage').boundingBox()]);
    assert.ok(label.x >= stage.x && label.y > stage.y && label.y < stage.y + stage.height, 'the label lies outside of the picture');
    await change(page, () => page.locator('[data-control="beside"]').selectOption(''));
    assert.equal(await page.locator('.level-label').count(), 1);
    await page.locator('[data-family="share"]').scrollIntoViewIfNeeded();
    await page.locator('[data-family="share"] svg').waitFor();
    assert.match(await page.locator('[data-family="share"] .drawing').textContent(), /L3-L4 \(adjacent\)/);
    await close();
  },

  async 'each choice changes the picture'() {
    const {page, close} = await openPage(browser, small);
    let last = await pictureOf(page);
    const differs = async (what, act) => {
      await change(page, act);
      const next = await pictureOf(page);
      assert.notEqual(next.hash, last.hash, `${what} does not change the picture`);
      last = next;
    };
    const control = name => page.locator(`[data-control="${name}"]`);
    await differs('the variant', () => control('variant').selectOption('rigid_fixation'));
    await differs('values on all solids', () => control('values-on').selectOption('all'));
    await differs('the field', () => control('field-solid').selectOption('pressure'));
    await differs('no field', () => control('field-solid').selectOption(''));
    await differs('the direction', () => control('direction').selectOption('left_axial_rotation'));
    await differs('the variant', () => control('variant').selectOption('intact'));
    await differs('the step', () => control('step').fill('1'));
    await differs('the cut', () => control('cut').uncheck());
    await differs('no second picture', () => control('beside').selectOption(''));
    await differs('hidden bone', () => page.locator('.tree > li', {hasText: 'bone'}).first().locator('input').first().uncheck());
    await differs('another view', () => page.getByRole('button', {name: 'posterior', exact: true}).click());
    await page.locator('.stage').focus();
    await differs('an arrow key', () => page.keyboard.press('ArrowLeft'));
    await page.keyboard.press('a');
    assert.match(await page.locator('.scene-text').textContent(), /^Shown from the front: intact, left axial rotation/);
    await close();
  },

  async 'a click names the part and its value'() {
    const {page, close} = await openPage(browser, small);
    await change(page, () => page.locator('[data-control="beside"]').selectOption(''));
    await page.locator('.stage').scrollIntoViewIfNeeded();
    const box = await page.locator('.stage').boundingBox();
    await page.mouse.click(box.x + 5, box.y + box.height / 2);
    await page.waitForFunction(() => /^Nothing/.test(document.querySelector('.readout').textContent));
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    assert.match(await page.locator('.readout').textContent(), /^L4-L5 annulus \(intact\): von Mises stress [\d.]+ MPa at 0(\.\d+)?, /);
    await close();
  },

  async 'two pictures have one camera and one colour scale'() {
    const {page, close} = await openPage(browser, small);
    await change(page, () => page.locator('[data-control="beside"]').selectOption('intact'));
    await page.locator('.stage').focus();
    await change(page, () => page.keyboard.press('ArrowLeft'));
    const same = await pictureOf(page);
    assert.ok(same.share > 0.1);
    assert.ok(same.halvesDiffer < 0.002, `${same.halvesDiffer} of the pixels differ between equal variants`);
    await change(page, () => page.locator('[data-control="beside"]').selectOption('rigid_fixation'));
    assert.ok((await pictureOf(page)).halvesDiffer > 0.02);
    await close();
  },

  async 'the cut shows the inside, not a hollow shell'() {
    const {page, close} = await openPage(browser, small);
    await change(page, () => page.locator('[data-control="beside"]').selectOption(''));
    await change(page, () => page.locator('[data-control="values-on"]').selectOption('all'));
    await change(page, () => page.locator('[data-control="step"]').fill('0')); // without load all values are zero: one colour
    const cut = await pictureOf(page);
    // From the left, the cut face of the three blocks fills the same outline as the blocks themselves, in the colour of zero.
    assert.ok(Math.abs(cut.counts['68,1,84'] / cut.painted - 1) < 0.15,
      `${cut.counts['68,1,84']} of ${cut.painted} painted pixels have the colour of zero stress`);
    await change(page, () => page.locator('[data-control="cut"]').uncheck());
    assert.ok(!((await pictureOf(page)).counts['68,1,84'] > 0.5 * cut.painted), 'surfaces are shaded, cut faces are not');
    await close();
  },

  async 'tables are sorted, filtered and unfolded'() {
    const {page, close} = await openPage(browser, small);
    const table = page.locator('[data-table="comparison"]');
    const column = async k => table.locator(`tbody tr > :nth-child(${k})`).evaluateAll(cells => cells.map(cell => cell.dataset.value ?? cell.textContent));
    assert.deepEqual(await column(3), ['11.5', '2.5']);
    assert.deepEqual(await table.locator('tr.fold').allTextContents(), ['flexion, pressures that are told together']);
    assert.match(await table.locator('.status').textContent(), /^2 of 9 rows; 2 are told in one line; 5 more are folded$/);
    await table.getByLabel('direction').selectOption('flexion');
    assert.deepEqual(await column(3), ['11.5', '0.75'], 'a fold whose rows are not all wanted is none');
    await table.getByLabel('direction').selectOption('*');
    await table.getByRole('checkbox').check();
    assert.equal((await column(3)).length, 9);
    await table.getByRole('button', {name: 'intact'}).click();
    assert.deepEqual(await column(3), ['130', '11.5', '9', '5', '2.5', '2', '0.75', '0.5', '–']);
    assert.equal(await table.locator('th[aria-sort="descending"]').count(), 1);
    await table.getByRole('button', {name: 'intact'}).click();
    assert.deepEqual((await column(3)).slice(0, 3), ['0.5', '0.75', '2']);
    await table.getByLabel('direction').selectOption('flexion');
    assert.deepEqual(await column(3), ['0.75', '5', '11.5', '130', '–']);
    assert.match(await table.locator('tbody tr', {hasText: '11.50'}).textContent(), /\u221270\.4\u00a0%/);
    await close();
  },

  async 'plots and tables are saved as files'() {
    const {page, close} = await openPage(browser, small);
    const save = async locator => {
      const [file] = await Promise.all([page.waitForEvent('download'), locator.click()]);
      return {name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8')};
    };
    const plot = page.locator('[data-family="moment"]');
    await plot.getByLabel('direction').selectOption('left_axial_rotation');
    assert.match(await plot.locator('h4').textContent(), /left_axial_rotation/);
    const svg = await save(plot.getByRole('button', {name: 'SVG'}));
    assert.equal(svg.name, 'moment_left_axial_rotation.svg');
    assert.match(svg.text, /^<svg/);
    assert.ok(svg.text.includes('rotation [deg]'));
    const csv = await save(plot.getByRole('button', {name: 'CSV'}));
    assert.equal(csv.text, 'series,rotation [deg],moment [Nm]\r\nintact,0,0\r\nintact,2,3\r\nintact,4,7.5\r\n' +
      'rigid_fixation,0,0\r\nrigid_fixation,1,3\r\nrigid_fixation,3,7.5\r\n');
    const table = await save(page.locator('[data-table="comparison"]').getByRole('button', {name: 'CSV'}));
    assert.equal(table.text.split('\r\n').length, 11);
    assert.ok(table.text.includes('\r\nflexion,ROM L4-L5,11.5,3.4,-70.43'));
    await close();
  },

  async 'text of a study does not run'() {
    const {page, close} = await openPage(browser, hostile);
    await page.locator('[data-family="moment"] .drawing').hover();
    for (const summary of await page.locator('main > section > details > summary, .plot summary').all())
      await summary.click();
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('h1').textContent(), `One motion segment ${EVIL}`);
    assert.equal(await page.locator('img[src="x"]').count(), 0);
    assert.ok((await pictureOf(page)).share > 0.1);
    await close();
  },

  async 'the policy of the page stops foreign scripts and the network'() {
    const {page, close} = await openPage(browser, small, {expectNoise: true});
    const outcome = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 2';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.hacked = 3">');
      const fetched = await fetch('https://example.invalid/').then(() => 'fetched', () => 'refused');
      await new Promise(done => setTimeout(done, 200));
      return {hacked: window.hacked, fetched};
    });
    assert.deepEqual(outcome, {hacked: undefined, fetched: 'refused'});
    await close();
  },

  async 'without WebGL it says so and shows the figures'() {
    const {page, close} = await openPage(browser, small, {script: () => {
      const original = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return /webgl/.test(kind) ? null : original.call(this, kind, ...more);
      };
    }, scene: false});
    assert.match(await page.locator('#scene').textContent(), /needs WebGL 2/);
    assert.equal(await page.locator('#figures img').count(), 1);
    assert.ok(await page.locator('#figures img').isVisible());
    await close();
  },

  async 'it fits a narrow telephone and the dark'() {
    for (const width of [320, 375, 900]) {
      const {page, close} = await openPage(browser, small, {context: {viewport: {width, height: 700}, colorScheme: 'dark'}});
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `the page is wider than ${width} pixels`);
      const [text, paper] = await page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]
        .map(colour => colour.match(/\d+/g).slice(0, 3).reduce((sum, value) => sum + Number(value), 0)));
      assert.ok(text > 600 && paper < 120);
      await close();
    }
  },

  async 'on paper everything is unfolded and the 3D view is a picture'() {
    const {page, close} = await openPage(browser, small);
    const pdf = await page.pdf({format: 'A4'});
    assert.ok(pdf.length > 20000);
    writeFileSync(join(folder, 'small.pdf'), pdf);
    await page.emulateMedia({media: 'print'});
    const state = await page.evaluate(() => {
      dispatchEvent(new Event('beforeprint'));
      const folded = [...document.querySelectorAll('details:not([open])')].filter(details => details.checkVisibility());
      const picture = document.querySelector('img.printed');
      const result = {folded: folded.length, stage: getComputedStyle(document.querySelector('.stage')).display,
        picture: getComputedStyle(picture).display, source: picture.src.slice(0, 22)};
      dispatchEvent(new Event('afterprint'));
      return {...result, foldedAfter: document.querySelectorAll('.plot details[open]').length};
    });
    assert.deepEqual(state, {folded: 0, stage: 'none', picture: 'block', source: 'data:image/png;base64,', foldedAfter: 0});
    await close();
  },

  async 'every control has a name, every picture a text'() {
    const {page, close} = await openPage(browser, small);
    const nameless = await page.evaluate(() => {
      const named = element => element.getAttribute('aria-label') || element.textContent.trim() && element.tagName === 'BUTTON' ||
        element.labels?.length > 0 && element.labels[0].textContent.trim();
      const list = [...document.querySelectorAll('button, select, input')].filter(element => !named(element));
      list.push(...[...document.querySelectorAll('img')].filter(image => !image.alt));
      list.push(...[...document.querySelectorAll('table')].filter(table => !table.caption?.textContent));
      list.push(...[...document.querySelectorAll('.drawing')].filter(drawing => !drawing.getAttribute('aria-label')));
      return list.map(element => element.outerHTML.slice(0, 120));
    });
    assert.deepEqual(nameless, []);
    assert.match(await page.locator('[data-family="moment"] .drawing').getAttribute('aria-label'), /moment \[Nm\] against rotation \[deg\]/);
    await close();
  },
};

const study = option('study');
if (study)
  Object.assign(tests, checkStudy(browser, resolve(study), folder));

const preview = option('preview');
if (preview)
  Object.assign(tests, checkPreview(browser, resolve(preview), folder));

let failures = 0;
let count = 0;
for (const [name, run] of Object.entries(tests)) {
  if (!name.includes(option('only', '')))
    continue;
  ++count;
  const start = Date.now();
  try {
    await run();
    console.log(`ok      ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    ++failures;
    console.log(`FAILED  ${name}\n${error.stack ?? error}`);
  }
}
await browser.close();
console.log(failures === 0 ? `all ${count} tests passed` : `${failures} of ${count} tests failed`);
process.exit(failures === 0 && count > 0 ? 0 : 1);
