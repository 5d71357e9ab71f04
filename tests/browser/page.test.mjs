// What a visitor does with the page, checked against the API.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, open, serve, settled, total } from './browser.mjs';

let server;
let chrome;
before(async () => { server = await serve('sample'); chrome = await browser(); });
after(async () => { await chrome?.close(); server?.stop(); });

/** Runs `run` on a fresh page and checks that nothing went wrong in it. */
async function on(path, run, options) {
  const { page, faults } = await open(chrome.context, server.url + path, options);
  await run(page);
  assert.deepEqual(faults, []);
  await page.close();
}

const query = (page) => new URL(page.url()).searchParams;

/** The facet counts that the page shows, by value. */
async function shown(page, facet) {
  const rows = await page.locator(`[data-facet="${facet}"] li[data-value]`).all();
  return Object.fromEntries(await Promise.all(rows.map(async (row) => [await row.getAttribute('data-value'), Number(await row.locator('.number').textContent())])));
}

test('words find articles and are lit in any form', () => on('/', async (page) => {
  await page.fill('#q', 'санкция');
  await page.click('#search .primary');
  await page.waitForURL(/q=/);
  assert.equal(await total(page), (await server.api('search?q=%D1%81%D0%B0%D0%BD%D0%BA%D1%86%D0%B8%D1%8F')).total);
  assert.match(await page.locator('.snippet mark, .hit-link mark').first().textContent(), /^санкци/i);
  assert.match(await page.title(), /санкция/);
}));

test('several values of several facets, with the counts of the API', () => on('/', async (page) => {
  const [first, second] = (await server.api('facets/outlet')).outlet;
  const box = (value) => page.locator(`[data-facet="outlet"] li[data-value="${value}"] input`);
  await box(first.value).check();
  await page.waitForURL(/outlet=/);
  assert.equal(await total(page), first.count);
  await box(second.value).check();
  await page.waitForFunction(() => new URLSearchParams(location.search).getAll('outlet').length === 2);
  await page.waitForFunction((n) => document.querySelector('.count').textContent.replace(/\D/g, '') === String(n), first.count + second.count);
  assert.equal(await box(second.value).evaluate((element) => element === document.activeElement), true, 'the focus stays');
  await page.locator('[data-facet="actor"] li[data-value] input').first().check();
  await page.waitForURL(/actor=/);
  await settled(page);
  const api = await server.api(`search?${query(page)}&facet_size=100&limit=0`);
  assert.equal(await total(page), api.total);
  for (const facet of ['actor', 'outlet', 'think_tank', 'cited']) {
    const counts = Object.fromEntries(api.facets[facet].map((value) => [value.value, value.count]));
    for (const [value, count] of Object.entries(await shown(page, facet))) assert.equal(count, counts[value] ?? 0, `${facet} ${value}`);
  }
}));

test('a value can be shut out and taken back', () => on('/', async (page) => {
  const all = await total(page);
  const [first] = (await server.api('facets/outlet')).outlet;
  const row = page.locator(`[data-facet="outlet"] li[data-value="${first.value}"]`);
  await row.hover();
  await row.locator('button').click();
  await page.waitForURL(/no_outlet=/);
  await page.waitForFunction((n) => document.querySelector('.count').textContent.replace(/\D/g, '') === String(n), all - first.count);
  assert.equal(await row.locator('button').getAttribute('aria-pressed'), 'true');
  await page.locator('.pill').first().click();
  await page.waitForFunction((n) => document.querySelector('.count').textContent.replace(/\D/g, '') === String(n), all);
}));

test('a facet is searched inside, by other names too', () => on('/', async (page) => {
  await page.fill('[data-facet="think_tank"] .inside', 'ISW');
  await page.waitForFunction(() => document.querySelectorAll('[data-facet="think_tank"] li[data-value]').length === 1);
  assert.deepEqual(Object.keys(await shown(page, 'think_tank')), ['Институт изучения войны']);
}));

test('the histogram is brushed by dragging, and by its handles with the keyboard', () => on('/', async (page) => {
  const bars = (await server.api('timeline')).timeline;
  const box = await page.locator('.plot').boundingBox();
  const x = (at) => box.x + ((at + 0.5) / bars.length) * box.width;
  await page.mouse.move(x(1), box.y + 20);
  await page.mouse.down();
  await page.mouse.move(x(2), box.y + 30, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=/);
  const expected = bars[1].count + bars[2].count;
  await page.waitForFunction((n) => document.querySelector('.count').textContent.replace(/\D/g, '') === String(n), expected);
  assert.equal(query(page).get('from'), `${bars[1].value}-01`);
  await page.locator('.handle.end').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.waitForFunction((n) => document.querySelector('.count').textContent.replace(/\D/g, '') === String(n), bars[1].count);
  await page.goBack();
  await page.waitForFunction((n) => document.querySelector('.count').textContent.replace(/\D/g, '') === String(n), expected);
}));

test('an article shows the evidence of every citation and names it', () => on('/?think_tank=ISW', async (page) => {
  await page.locator('[data-hit]').first().click();
  await page.waitForURL(/\/article\//);
  await page.waitForSelector('.article h1');
  const id = decodeURIComponent(new URL(page.url()).pathname.split('/')[2]);
  const article = await server.api(`articles/${encodeURIComponent(id)}`);
  const squeeze = (text) => text.replace(/\s+/g, ' ').trim();
  const lit = squeeze((await page.locator('.evidence').allTextContents()).join(' '));
  for (const source of article.cited) assert.ok(lit.includes(squeeze(source.evidence.text)), source.name);
  await page.locator('.evidence').first().focus();
  await page.waitForSelector('#tip:not([hidden])');
  assert.ok((await page.locator('#tip').textContent()).includes(article.cited[0].name));
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#tip').isHidden(), true);
  await page.locator('.evidence').first().hover();
  await page.waitForSelector('#tip:not([hidden])');
  const actors = article.entities.filter((one) => one.roles.includes('actor'));
  assert.equal(await page.locator('.actor-list li').count(), Math.min(14, actors.length));
  const text = squeeze(await page.locator('#article').innerText());
  assert.ok(text.includes(squeeze(article.text.split('\n').at(-1) || article.text.split('\n').at(-2))), 'the text is whole');
  const grey = squeeze((await page.locator('.grey').allTextContents()).join(' '));
  for (const span of article.boilerplate) assert.ok(grey.includes(squeeze(span.text).slice(0, 20)), span.text);
  await page.waitForSelector('.similar .hit, .similar p');
}));

test('a link holds the whole state, and the back button goes back', () => on('/', async (page) => {
  const link = '/?q=%D1%81%D0%B0%D0%BD%D0%BA%D1%86%D0%B8%D0%B8&no_actor=%D0%9A%D0%B8%D1%82%D0%B0%D0%B9&from=2024-01&to=2025-12&sort=oldest';
  await page.goto(server.url + link);
  await settled(page);
  const api = await server.api(`search${link.slice(1)}&limit=20`);
  assert.ok(api.total > 0);
  assert.equal(await total(page), api.total);
  assert.equal(await page.locator('select').inputValue(), 'oldest');
  assert.deepEqual(await page.locator('.hits [data-hit]').allTextContents(), api.hits.map((hit) => hit.title));
  await page.locator('[data-hit]').first().click();
  await page.waitForSelector('.article h1');
  await page.click('#copy');
  await page.waitForFunction(() => document.querySelector('#copy').textContent.includes('скопирована'));
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
  await page.goBack();
  await page.waitForSelector('.hits');
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, link);
  assert.equal(await page.inputValue('#q'), 'санкции');
}));

test('everything by keyboard alone', () => on('/', async (page) => {
  await page.keyboard.press('/');
  await page.keyboard.type('порт');
  await page.waitForSelector('#suggestions:not([hidden])');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#suggestions').isHidden(), true);
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=/);
  await settled(page);
  await page.waitForFunction(() => document.querySelector('.hits mark'));
  await page.keyboard.press('ArrowDown');
  const first = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), first);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.article h1');
  await page.waitForFunction(() => document.activeElement.matches('h1'));
  await page.keyboard.press('Escape');
  await page.waitForSelector('.hits');
  await page.keyboard.press('/');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('ISW');
  await page.waitForSelector('#suggestions [id^="option"]');
  const tank = page.locator('[role="option"]', { hasText: 'Институт изучения войны' }).first();
  for (let n = 0; n < 12 && (await tank.getAttribute('aria-selected')) !== 'true'; n += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/think_tank=/);
  assert.equal(query(page).get('q'), null);
  assert.equal(query(page).get('think_tank'), 'Институт изучения войны');
}));

test('who cites whom leads to the articles', () => on('/citations', async (page) => {
  const graph = await server.api('citations?limit=1000');
  const edge = graph.edges[0];
  await page.locator('.matrix td a').filter({ hasText: String(edge.count) }).first().click();
  await page.waitForSelector('.count');
  assert.equal(await total(page), edge.count);
  await page.goBack();
  await page.waitForSelector('.matrix');
  await page.locator('.kinds .kind-think_tank').click();
  await page.waitForURL(/kind=think_tank/);
  await page.waitForFunction(() => [...document.querySelectorAll('.pairs td.note')].every((cell) => cell.textContent === 'аналитический центр'));
}));

test('nothing found and nothing understood are said plainly', () => on('/?q=%D1%8A%D1%8A%D1%8A%D1%8A', async (page) => {
  assert.match(await page.locator('#results').textContent(), /Ничего не нашлось/);
  await page.goto(`${server.url}/?q=%22%D0%BF%D0%BE%D1%80%D1%82`);
  await page.waitForSelector('[role=alert]');
  assert.match(await page.locator('[role=alert]').textContent(), /Запрос не разобран/);
  await page.goto(`${server.url}/?outlet=Politexprt`);
  await page.waitForSelector('[role=alert]');
  await page.locator('[role=alert] a', { hasText: 'Politexpert' }).click();
  await page.waitForSelector('.hits');
  await page.goto(`${server.url}/article/none`);
  await page.waitForSelector('[role=alert]');
}));

test('both languages', () => on('/?q=%D0%BF%D0%BE%D1%80%D1%82', async (page) => {
  await page.click('#language');
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  await settled(page);
  assert.match(await page.locator('.count').textContent(), /articles? found/);
  assert.equal(await page.locator('[data-facet="outlet"] h2').textContent(), 'Outlets');
  const cyrillic = await page.locator('nav, .settings, #search, .summary, .facet h2, footer').allTextContents();
  assert.doesNotMatch(cyrillic.join(' ').replace(/Сводка|Русский/g, ''), /[а-яё]/i);
  await page.reload();
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  await page.click('#language');
}));

test('export links give what the page shows', () => on('/?q=%D0%BF%D0%BE%D1%80%D1%82', async (page) => {
  const rows = await page.evaluate(async () => (await fetch(document.querySelector('a[download$=jsonl]').href)).text());
  assert.equal(rows.trim().split('\n').length, await total(page));
}));
