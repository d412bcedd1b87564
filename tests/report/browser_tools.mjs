// Opening a report and looking at its 3D view.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';

const TIMEOUT = 120000;

/**
 * Opens a report in a window of its own. `close` asserts that the page stayed silent: nothing on the console, no error, no
 * request beyond the file itself and what it holds in memory.
 */
export async function openPage(browser, url, {context = {}, expectNoise = false, scene = true, script} = {}) {
  const noise = [];
  const session = await browser.newContext({viewport: {width: 1280, height: 900}, ...context});
  session.setDefaultTimeout(TIMEOUT);
  const page = await session.newPage();
  page.on('console', message => noise.push(`console: ${message.text()}`));
  page.on('pageerror', error => noise.push(`error: ${error.message}`));
  page.on('request', request => {
    if (request.url() !== url && !/^(data|blob):/.test(request.url()))
      noise.push(`request: ${request.url()}`);
  });
  if (script)
    await page.addInitScript(script);
  await page.goto(url);
  await page.waitForSelector('html[data-ready="yes"]', {state: 'attached'});
  if (scene)
    await page.waitForSelector('.stage[data-ready="yes"]', {state: 'attached'});
  return {
    page,
    close: async () => {
      if (!expectNoise)
        assert.deepEqual(noise, []);
      await session.close();
    },
  };
}

/** Waits until the 3D view has been drawn more often than `before` and rests. */
export async function settled(page, before) {
  await page.waitForFunction(count => {
    const stage = document.querySelector('.stage');
    return Number(stage.dataset.renders) > count && stage.dataset.ready === 'yes';
  }, before);
}

/** Does something that draws the 3D view anew. */
export async function change(page, act) {
  const before = await page.evaluate(() => Number(document.querySelector('.stage').dataset.renders));
  await act();
  await settled(page, before);
}

/** The 3D view's own pixels: what is painted, how often each colour occurs, how far the halves differ. */
export async function pictureOf(page) {
  const result = await page.evaluate(async () => {
    const image = document.querySelector('img.printed');
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const {data, width, height} = context.getImageData(0, 0, canvas.width, canvas.height);
    const at = (x, y) => 4 * (y * width + x);
    const counts = new Map();
    let painted = 0;
    let differing = 0;
    for (let y = 0; y < height; ++y) {
      for (let x = 0; x < width; ++x) {
        const i = at(x, y);
        if (Math.abs(data[i] - data[0]) + Math.abs(data[i + 1] - data[1]) + Math.abs(data[i + 2] - data[2]) > 12) {
          ++painted;
          const key = `${data[i]},${data[i + 1]},${data[i + 2]}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        const other = x < width >> 1 ? at(x + Math.ceil(width / 2), y) : -1;
        if (other >= 0 && [0, 1, 2].some(k => Math.abs(data[i + k] - data[other + k]) > 24))
          ++differing;
      }
    }
    const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 20);
    return {source: image.src, painted, share: painted / (width * height), colours: counts.size, counts: Object.fromEntries(most),
      halvesDiffer: 2 * differing / (width * height)};
  });
  return {...result, hash: createHash('sha256').update(result.source).digest('hex'), source: undefined};
}
