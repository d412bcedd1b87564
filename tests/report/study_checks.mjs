// The report that lumbarfem itself made of a small study (study.toml): its figures against results.csv, its 3D view, its texts.
import assert from 'node:assert/strict';
import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

import {change, openPage, pictureOf} from './browser_tools.mjs';

/** Rows of results.csv as objects (fields of this study hold no line breaks). */
function readResults(path) {
  const split = line => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, -1)
    .map(match => match[1].startsWith('"') ? match[1].slice(1, -1).replace(/""/g, '"') : match[1]);
  const [head, ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  const names = split(`${head},`);
  return lines.map(line => Object.fromEntries(split(`${line},`).map((value, i) => [names[i], value])));
}

/** What a line of the table stands for in results.csv. */
function meaningOf(measure) {
  const rom = measure.match(/^ROM (total|L\d-[LS]\d)$/);
  if (rom)
    return {quantity: 'rom', level: rom[1] === 'total' ? '' : rom[1], component: 'primary', statistic: 'value'};
  const pressure = measure.match(/^(L\d-[LS]\d) pressure of the nucleus$/);
  if (pressure)
    return {quantity: 'idp', level: pressure[1], object: 'nucleus', region: '', component: '', statistic: 'mean'};
  const facet = measure.match(/^(L\d-[LS]\d) facet force (left|right)$/);
  return facet ? {quantity: 'facet_force', level: facet[1], object: `facet_${facet[2]}`, component: 'resultant', statistic: 'value'} : null;
}

/** Null where the variant has no such measure (the pressure of a nucleus that a graft replaces). */
function lastValue(results, variant, direction, protocol, meaning) {
  const rows = results.filter(row => row.variant === variant && row.direction === direction && row.protocol === protocol &&
    row.stage === 'moment' && Object.entries(meaning).every(([name, value]) => row[name] === value));
  if (rows.length === 0)
    return null;
  const last = Math.max(...rows.map(row => Number(row.step)));
  const found = rows.filter(row => Number(row.step) === last);
  assert.equal(found.length, 1, `${found.length} rows of results.csv for ${variant} ${JSON.stringify(meaning)}`);
  return Number(found[0].value);
}

export function checkStudy(browser, folder, pictures) {
  const url = pathToFileURL(join(folder, 'report.html')).href;
  const text = readFileSync(join(folder, 'study.toml'), 'utf8');
  const [title, question] = ['title', 'question'].map(key => text.match(new RegExp(`^${key} = '(.*)'$`, 'm'))[1]);
  return {
    async 'study: the page is small enough to send and keeps the study\'s texts as text'() {
      assert.ok(statSync(join(folder, 'report.html')).size < 25e6);
      const {page, close} = await openPage(browser, url);
      assert.equal(await page.locator('h1').textContent(), title);
      assert.equal(await page.locator('.question').textContent(), question);
      for (const summary of await page.locator('main > section > details > summary').all())
        await summary.click();
      await page.waitForTimeout(300);
      assert.equal(await page.evaluate(() => window.hacked), undefined);
      await page.screenshot({path: join(pictures, 'study.png'), fullPage: true});
      await close();
    },

    async 'study: the table holds the values of results.csv'() {
      const results = readResults(join(folder, 'results.csv'));
      const {page, close} = await openPage(browser, url);
      const table = page.locator('[data-table="comparison"]');
      const more = table.getByRole('checkbox');
      if (await more.count() > 0)
        await more.check();
      const read = locator => locator.evaluateAll(cells => cells.map(cell => cell.dataset.value ?? cell.textContent));
      const titles = await read(table.locator('thead th'));
      let compared = 0;
      for (const row of await table.locator('tbody tr').all()) {
        const cells = await read(row.locator('th, td'));
        const at = name => cells[titles.indexOf(name)];
        const meaning = meaningOf(at('Measure'));
        if (!meaning)
          continue;
        // Words of the page stand for the words of the table with their underscores.
        const [direction, protocol] = [at('Direction'), at('Protocol')].map(name => name.replace(/ /g, '_'));
        const values = ['intact', 'rigid_fixation', 'fused'].map(variant => {
          const shown = at(variant.replace(/_/g, ' '));
          const wanted = lastValue(results, variant, direction, protocol, meaning);
          if (wanted === null) {
            assert.deepEqual([meaning.quantity, meaning.level, variant], ['idp', 'L4-L5', 'fused']);
            assert.match(shown, /^[–-]?$/, `${at('Measure')} of ${variant}: ${shown}, not nothing`);
            return wanted;
          }
            assert.ok(Math.abs(Number(shown) - wanted) <= 1e-6 * Math.max(1e-3, Math.abs(wanted)), `${at('Measure')} of ${variant}: ${shown}, not ${wanted}`);
          ++compared;
          return wanted;
        });
        const changeShown = cells[titles.findIndex(name => /rigid fixation.*%/.test(name))];
        if (changeShown !== '–' && Math.abs(values[0]) > 1e-6)
          assert.ok(Math.abs(Number(changeShown) - 100 * (values[1] / values[0] - 1)) < 0.01, `${at('Measure')}: change ${changeShown} %`);
      }
      assert.ok(compared >= 30, `only ${compared} values of the table were compared`);
      await close();
    },

    async 'study: the answer stands before any table, with the figures of the table'() {
      const results = readResults(join(folder, 'results.csv'));
      const {page, close} = await openPage(browser, url);
      assert.equal(await page.locator('main > section').first().getAttribute('id'), 'answer');
      const [brief, resolved, changes, cost] = await page.locator('#answer dl').all();
      assert.deepEqual(await brief.locator('dt').allTextContents(), ['rigid fixation', 'fused']);
      assert.ok(await brief.isVisible() && !await changes.isVisible(), 'the short answer is not what is seen first');
      assert.match(await brief.locator('dd').last().textContent(), /operated L4-L5: rotation \u2212.* rotation of the whole spine \u2212/);
      assert.deepEqual(await changes.locator('dt').allTextContents(), ['rigid fixation', 'fused']);
      for (const [k, variant] of ['rigid_fixation', 'fused'].entries()) {
        const points = await changes.locator('dd').nth(k).locator('li').allTextContents();
        for (const [start, level] of [['L3-L4 (adjacent, above): ', 'L3-L4'], ['L5-S1 (adjacent, below): ', 'L5-S1'],
          ['L4-L5 (operated): ', 'L4-L5']]) {
          const point = points.find(text => text.startsWith(start));
          assert.ok(point, `nothing is told of ${level} in ${points}`);
          const meaning = {quantity: 'rom', level, component: 'primary', statistic: 'value'};
          const [from, to] = ['intact', variant].map(name => lastValue(results, name, 'left_axial_rotation', 'load_control', meaning));
          const change = 100 * (to / from - 1);
          const wanted = Math.abs(change) < 0.05 ? 'rotation unchanged (by less than 0.05 %)'
            : `rotation ${change > 0 ? '+' : '\u2212'}${Math.abs(change).toFixed(1)} % (from ${from.toFixed(3)} to ${to.toFixed(3)} deg`;
          assert.ok(point.includes(wanted), `${point}, not ${wanted}`);
        }
      }
      assert.match(await cost.locator('dd').first().textContent(), /^rotation of the whole spine \u2212/);
      assert.match(await resolved.textContent(), /no error band of the mesh is known.*no spread was computed/);
      await close();
    },

    async 'study: a warning stands once, and joints that carry nothing in one line'() {
      const {page, close} = await openPage(browser, url);
      const warnings = await page.locator('#warnings li').allTextContents();
      const texts = warnings.map(text => text.replace(/^[^:]*: /, ''));
      assert.ok(warnings.some(text => text.startsWith('intact, rigid_fixation, fused: ')), `no warning of all: ${warnings.join('\n')}`);
      assert.equal(new Set(texts).size, texts.length, `repeated: ${warnings.join('\n')}`);
      const table = page.locator('[data-table="comparison"]');
      for (const box of await table.locator('select').all())
        await box.selectOption('*');
      const folds = await table.locator('tr.fold').allTextContents();
      assert.ok(folds.length > 0 && folds.every(text => /facet forces: 0 N in all variants at L/.test(text)), `folds: ${folds}`);
      assert.ok(await table.locator('tr.operated .role').count() > 0 && await table.locator('tr.adjacent .role').count() > 0);
      await close();
    },

    async 'study: the first picture is of the discs\' stress where it changes most'() {
      const {page, close} = await openPage(browser, url);
      const control = name => page.locator(`[data-control="${name}"]`).inputValue();
      assert.equal(await control('field-solid'), 'maximum_principal_stress');
      assert.equal(await control('values-on'), 'discs');
      const level = await control('frame');
      assert.ok(['L3-L4', 'L5-S1'].includes(level), `the picture frames ${level}`);
      assert.match(await page.locator('.scene-text').textContent(), new RegExp(`bone is plain grey.*${level} is the untreated level`));
      assert.ok((await page.locator('.level-label').allTextContents()).includes(`${level}\nadjacent`));
      await page.locator('.stage').screenshot({path: join(pictures, 'first.png')});
      await change(page, () => page.locator('[data-control="frame"]').selectOption(''));
      assert.ok((await page.locator('.level-label').allTextContents()).includes('L4-L5\noperated'));
      await close();
    },

    async 'study: the 3D view shows each variant, field and part'() {
      const {page, close} = await openPage(browser, url);
      const control = name => page.locator(`[data-control="${name}"]`);
      assert.deepEqual(await control('variant').locator('option').allTextContents(), ['intact', 'rigid fixation', 'fused']);
      const groups = await page.locator('.tree > li > details > summary').allTextContents();
      for (const wanted of ['bone', 'discs', 'ligaments', 'facet joints', 'implants'])
        assert.ok(groups.includes(wanted), `${wanted} is not among ${groups}`);
      let last = await pictureOf(page);
      assert.ok(last.share > 0.05 && last.colours > 100, `${last.share} painted, ${last.colours} colours`);
      for (const [name, value] of [['frame', ''], ['beside', ''], ['beside', 'fused'], ['variant', 'rigid_fixation'], ['field-solid', 'pressure'], ['step', '0']]) {
        await change(page, () => name === 'step' ? control(name).fill(value) : control(name).selectOption(value));
        const next = await pictureOf(page);
        assert.notEqual(next.hash, last.hash, `${name} ${value} does not change the picture`);
        last = next;
      }
      await close();
    },
  };
}
