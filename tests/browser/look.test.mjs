// How the page looks and whom it keeps out: accessibility, phone width, hostile articles; screenshots of it all.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { browser, open, serve, settled, shots } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let sample;
let hostile;
let chrome;
before(async () => { [sample, hostile, chrome] = await Promise.all([serve('sample'), serve('hostile'), browser()]); });
after(async () => { await chrome?.close(); sample?.stop(); hostile?.stop(); });

const ISW = encodeURIComponent('Институт изучения войны');

/** The article that the sample archive's first ISW hit leads to. */
const article = async () => `/article/${encodeURIComponent((await sample.api('search?think_tank=ISW&limit=1')).hits[0].id)}`;

async function views() {
  return { start: '/', login: '/login', search: '/?q=%D0%BF%D0%BE%D1%80%D1%82&from=2024-01&no_actor=%D0%9A%D0%B8%D1%82%D0%B0%D0%B9', article: await article(), citations: '/citations', empty: '/?q=%D1%8A%D1%8A%D1%8A', error: '/?q=%22%D0%BF%D0%BE%D1%80%D1%82', proof: `/?think_tank=${ISW}` };
}

for (const scheme of ['light', 'dark']) {
  for (const width of [1280, 390]) {
    test(`axe finds nothing and nothing overflows: ${scheme}, ${width} wide`, async () => {
      const found = [];
      for (const [name, path] of Object.entries(await views())) {
        const { page, faults } = await open(chrome.context, sample.url + path, { scheme, width });
        if (name === 'article') await page.waitForSelector('.similar .hit, .similar p');
        if (width === 390 && name === 'search') await page.click('.filters summary');
        // The page's policy lets no foreign script in, so axe comes through the debugger, not as an element.
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
        found.push(...violations.map((v) => [name, v.id, v.nodes.map((node) => node.target.join(' ')).slice(0, 4)]));
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) found.push([name, `${over} too wide`]);
        await page.screenshot({ path: join(shots, `${name}-${scheme}-${width}.png`) });
        found.push(...faults.map((fault) => [name, fault]));
        await page.close();
      }
      assert.deepEqual(found, []);
    });
  }
}

test('the pictures of the documentation are those of the page', async () => {
  const folder = join(shots, 'docs');
  mkdirSync(folder, { recursive: true });
  const pictures = { results: `/?q=%D0%BF%D0%BE%D1%80%D1%82&think_tank=${ISW}`, article: `${await article()}?think_tank=${ISW}`, citations: '/citations', phone: `/?think_tank=${ISW}` };
  const size = (picture) => [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  for (const [name, path] of Object.entries(pictures)) {
    const { page } = await open(chrome.context, sample.url + path, name === 'phone' ? { width: 390, height: 844 } : { width: 1000, height: 640 });
    await page.waitForTimeout(300);
    const picture = await page.screenshot({ path: join(folder, `${name}.png`) });
    assert.ok(picture.length <= 150 << 10, `${name} is ${picture.length} bytes`);
    // Letters are drawn a little differently everywhere; that a picture is there and was made so can be checked.
    if (process.env.SVODKA_DOCS) assert.deepEqual(size(readFileSync(join(process.env.SVODKA_DOCS, `${name}.png`))), size(picture), name);
    await page.close();
  }
});

test('the suggestions and the help are accessible too', async () => {
  const { page, faults } = await open(chrome.context, sample.url);
  await page.click('#help-button');
  await page.fill('#q', '');
  await page.type('#q', 'инст');
  await page.waitForSelector('#suggestions:not([hidden])');
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map((v) => [v.id, v.nodes.map((node) => node.html)]), []);
  await page.screenshot({ path: join(shots, 'suggestions.png') });
  assert.deepEqual(faults, []);
  await page.close();
});

test('a hostile archive stays text, in every view', async () => {
  const ids = (await hostile.api('search')).hits.map((hit) => hit.id);
  assert.equal(ids.length, 3);
  const paths = ['/', '/citations', '/?outlet=__proto__', ...ids.map((id) => `/article/${encodeURIComponent(id)}`)];
  for (const path of paths) {
    const { page, faults } = await open(chrome.context, hostile.url + path);
    await page.waitForTimeout(300);
    assert.doesNotMatch(await page.title(), /^broken out$|[\u202a-\u202e\u2066-\u2069]/);
    const strange = await page.evaluate(() => ({
      scripts: document.querySelectorAll('script:not([src^="/assets/"])').length,
      images: document.querySelectorAll('main img, main svg:not(.plot svg), main b').length,
      handlers: [...document.querySelectorAll('*')].filter((e) => e.getAttributeNames().some((name) => name.startsWith('on'))).length,
      links: [...document.querySelectorAll('a')].filter((a) => !/^https?:$/.test(a.protocol)).length,
      turning: /[\u202a-\u202e\u2066-\u2069]/.test(document.body.textContent),
      over: document.documentElement.scrollWidth > innerWidth,
    }));
    assert.deepEqual(strange, { scripts: 0, images: 0, handlers: 0, links: 0, turning: false, over: false }, path);
    assert.deepEqual(faults, [], path);
    await page.close();
  }
  const { page } = await open(chrome.context, hostile.url);
  await page.locator('[data-hit]', { hasText: '<script>' }).click();
  await page.waitForSelector('.article h1');
  assert.match(await page.locator('.article h1').textContent(), /<script>document\.title/);
  await page.screenshot({ path: join(shots, 'hostile.png') });
  await page.goBack();
  await settled(page);
  await page.close();
});
