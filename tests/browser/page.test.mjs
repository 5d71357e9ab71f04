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

/** Waits until the page has found so many articles. */
const hasCount = (page, n) => page.waitForFunction((n) => document.querySelector('.count')?.textContent.replace(/\D/g, '') === String(n) && !document.querySelector('main[aria-busy]'), n);

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

test('years and months are chosen without aiming at a bar', () => on('/', async (page) => {
  const bars = (await server.api('timeline')).timeline;
  const year = bars.at(-1).value.slice(0, 4);
  await page.locator('.years a', { hasText: year }).click();
  await page.waitForURL(new RegExp(`from=${year}-01-01&to=${year}-12-31`));
  const ofYear = bars.filter((bar) => bar.value.startsWith(year));
  await hasCount(page, ofYear.reduce((sum, bar) => sum + bar.count, 0));
  const month = ofYear.findLast((bar) => bar.count > 0);
  await page.locator('.months li').nth(ofYear.indexOf(month)).locator('a').click();
  await hasCount(page, month.count);
  assert.equal(query(page).get('from'), `${month.value}-01`);
  await page.locator('.months a[aria-current]').click();
  await page.waitForFunction(() => !location.search.includes('from='));
}));

test('a stray old article leaves years and months to choose from', async () => {
  const aged = await serve('aged');
  const { page, faults } = await open(chrome.context, aged.url);
  assert.deepEqual(await page.locator('.years li').allTextContents(), ['1929', '2024', '2025']);
  await page.locator('.years a', { hasText: '2025' }).click();
  await page.waitForURL(/from=2025-01-01&to=2025-12-31/);
  await hasCount(page, 2);
  assert.equal(await page.locator('.months li').count(), 12);
  await page.locator('.months a').last().click();
  await hasCount(page, 1);
  assert.equal(query(page).get('from'), '2025-03-01');
  assert.deepEqual(faults, []);
  await page.close();
  aged.stop();
});

test('dates can be typed', () => on('/', async (page) => {
  const type = async (id, value) => { await page.fill(id, value); await page.keyboard.press('Tab'); };
  assert.equal(await page.getAttribute('#time-from', 'placeholder'), 'ГГГГ-ММ-ДД');
  await type('#time-from', '2025-02-30');
  assert.match(await page.locator('#time-from-wrong').textContent(), /Такой даты нет/);
  assert.equal(await page.getAttribute('#time-from', 'aria-invalid'), 'true');
  assert.doesNotMatch(page.url(), /from=/);
  await type('#time-from', '2025-01-01');
  await page.waitForURL(/from=2025-01-01/);
  await hasCount(page, (await server.api('search?from=2025-01-01&limit=0')).total);
  assert.equal(await page.locator('#time-to').evaluate((element) => element === document.activeElement), true, 'the focus stays');
  await type('#time-to', '15.03.2025');
  await page.waitForURL(/from=2025-01-01&to=2025-03-15/);
  await hasCount(page, (await server.api('search?from=2025-01-01&to=2025-03-15&limit=0')).total);
  assert.equal(await page.inputValue('#time-to'), '2025-03-15');
  await type('#time-from', '');
  await page.waitForFunction(() => !location.search.includes('from='));
  await type('#time-to', '2025-03');
  await page.waitForURL(/to=2025-03-31/);
  await type('#time-from', 'март 2022');
  await page.waitForURL(/from=2022-03-01/);
  await type('#time-to', '4 мая 2025');
  await page.waitForURL(/to=2025-05-04/);
  await type('#time-from', '');
  await page.evaluate(() => localStorage.setItem('svodka.language', 'en'));
  await page.reload();
  await settled(page);
  assert.equal(await page.getAttribute('#time-to', 'placeholder'), 'YYYY-MM-DD');
  await type('#time-to', 'yesterday');
  assert.match(await page.locator('#time-to-wrong').textContent(), /no such date/);
  await page.evaluate(() => localStorage.removeItem('svodka.language'));
}));

test('a link with another name of a source shows the source itself', async () => {
  const name = 'Институт изучения войны';
  await on('/?think_tank=ISW', async (page) => {
    await hasCount(page, (await server.api('search?think_tank=ISW&limit=0')).total);
    assert.equal(query(page).get('think_tank'), name, 'the address has its own name');
    assert.equal(await page.locator(`[data-facet="think_tank"] li[data-value="${name}"] input`).isChecked(), true);
    assert.equal(await page.locator('[data-facet="think_tank"] li[data-value="ISW"]').count(), 0);
    assert.match(await page.locator('.pill').first().textContent(), new RegExp(name));
    assert.ok((await page.locator('.proof figcaption').first().textContent()).includes(name));
    await page.locator('.pill').first().click();
    await page.waitForFunction(() => !location.search);
  });
  await on('/?no_think_tank=isw', async (page) => {
    assert.equal(await page.locator(`[data-facet="think_tank"] li[data-value="${name}"] button`).getAttribute('aria-pressed'), 'true');
  });
  await on('/citations?cited=ISW', async (page) => {
    assert.equal(query(page).get('cited'), name);
    assert.match(await page.locator('.pill').first().textContent(), new RegExp(name));
  });
  const { id } = (await server.api('search?think_tank=ISW&limit=1')).hits[0];
  await on(`/article/${encodeURIComponent(id)}?think_tank=ISW`, async (page) => {
    assert.ok(await page.locator('.evidence.asked').count() > 0);
    assert.match(await page.locator('.cited-list li').first().textContent(), new RegExp(name));
  });
});

test('actors are parted into people, organisations and places', () => on('/', async (page) => {
  for (const kind of ['person', 'organization', 'place']) {
    await page.click(`[data-facet="actor"] [data-kind="${kind}"]`);
    const expected = (await server.api(`facets/actor?kind=${kind}&facet_size=7`)).actor;
    await page.waitForFunction((name) => document.querySelector('[data-facet="actor"] li[data-value]')?.dataset.value === name, expected[0].value);
    assert.deepEqual(await shown(page, 'actor'), Object.fromEntries(expected.map((value) => [value.value, value.count])));
  }
  const [first] = (await server.api('facets/actor?kind=place')).actor;
  await page.locator(`[data-facet="actor"] li[data-value="${first.value}"] input`).check();
  await hasCount(page, first.count);
}));

test('from a topic to the sentence that proves it', () => on('/', async (page) => {
  const hits = (await server.api('search?think_tank=ISW&limit=100')).hits;
  const wanted = hits.find((hit) => hit.outlet && hit.date);
  const cited = wanted.cited.find((source) => source.name === 'Институт изучения войны');
  const word = wanted.title.split(/[^а-яё]+/i).find((part) => part.length > 5);
  await page.keyboard.press('/');
  await page.keyboard.type(word);
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=/);
  await settled(page);
  await page.locator('[data-facet="think_tank"] li[data-value="Институт изучения войны"] input').check();
  await page.waitForURL(/think_tank=/);
  await settled(page);
  await page.locator(`[data-facet="outlet"] li[data-value="${wanted.outlet}"] input`).check();
  await page.waitForURL(/outlet=/);
  await settled(page);
  await page.locator('.years a', { hasText: wanted.date.slice(0, 4) }).click();
  await page.waitForURL(/from=/);
  const month = (element, date) => element.getAttribute('href').includes(`from=${date.slice(0, 7)}-01`);
  const link = page.locator('.months a');
  await link.first().waitFor();
  const all = await link.all();
  const which = await Promise.all(all.map((one) => one.evaluate(month, wanted.date)));
  await all[which.indexOf(true)].click();
  await page.waitForURL(new RegExp(`from=${wanted.date.slice(0, 7)}-01`));
  await settled(page);
  const card = page.locator('.hit', { hasText: wanted.title });
  const squeeze = (text) => text.replace(/\s+/g, ' ').trim();
  assert.equal(squeeze(await card.locator('.proof blockquote').textContent()), squeeze(cited.evidence));
  await card.locator('.proof a').first().click();
  await page.waitForSelector('.article h1');
  assert.ok(squeeze((await page.locator('.evidence.asked').allTextContents()).join(' ')).includes(squeeze(cited.evidence)));
  assert.match(await page.locator('.cited-list li').first().textContent(), /Институт изучения войны/);
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
  const link = '/?q=%D0%BF%D0%BE%D1%80%D1%82&no_actor=%D0%9A%D0%B8%D1%82%D0%B0%D0%B9&from=2024-01&to=2025-12&sort=oldest';
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
  assert.equal(await page.inputValue('#q'), 'порт');
}));

test('an article opens although another one has its id', async () => {
  const shared = await serve('shared');
  const { page, faults } = await open(chrome.context, shared.url);
  for (const title of ['Порт Онеги', 'Порт Усть-Луги']) {
    await page.goto(shared.url);
    await settled(page);
    await page.locator('[data-hit]', { hasText: title }).click();
    await page.waitForSelector('.article h1');
    assert.equal(await page.locator('.article h1').textContent(), title);
  }
  await page.goto(`${shared.url}/article/1`);
  await page.locator('[role=alert] a', { hasText: 'Онеги' }).click();
  await page.waitForFunction(() => document.querySelector('.article h1')?.textContent === 'Порт Онеги');
  assert.deepEqual(faults, []);
  await page.close();
  shared.stop();
});

test('back keeps the place and the focus', () => on('/', async (page) => {
  const link = page.locator('.hits [data-hit]').nth(4);
  await link.scrollIntoViewIfNeeded();
  await page.waitForTimeout(250);
  const y = await page.evaluate(() => scrollY);
  assert.ok(y > 100, `the fifth hit is below: ${y}`);
  const title = await link.textContent();
  for (const back of [() => page.goBack(), () => page.click('.back'), () => page.keyboard.press('Escape')]) {
    await page.locator('.hits [data-hit]', { hasText: title }).click();
    await page.waitForSelector('.article h1');
    assert.equal(await page.evaluate(() => scrollY), 0);
    await back();
    await page.waitForSelector('.hits');
    await page.waitForFunction((y) => Math.abs(scrollY - y) < 3, y);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), title);
  }
}));

test('the key of the slash leads to the box on a Russian layout', () => on('/', async (page) => {
  await page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: '.', code: 'Slash', bubbles: true, cancelable: true })));
  assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
}));

test('the chips say whether one of several values is enough, and change it', () => on('/', async (page) => {
  const [first, second] = (await server.api('facets/actor')).actor;
  await page.goto(`${server.url}/?actor=${encodeURIComponent(first.value)}&actor=${encodeURIComponent(second.value)}`);
  await settled(page);
  assert.equal(await page.locator('.joint').textContent(), 'или');
  await page.locator('.joint').click();
  await page.waitForURL(/all_of=actor/);
  await settled(page);
  assert.equal(await page.locator('.joint').textContent(), 'и');
  assert.equal(await total(page), (await server.api(`search?${query(page)}&limit=0`)).total);
}));

test('references are copied with the clause, for one article and for all', () => on(`/?think_tank=${encodeURIComponent('Институт изучения войны')}`, async (page) => {
  const expected = await (await fetch(`${server.url}/api/v1/export?format=references&sort=newest&think_tank=ISW`)).text();
  await page.click('#copy-reference');
  await page.waitForFunction(() => document.querySelector('#copy-reference').textContent === 'Скопировано');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), expected);
  await page.locator('[data-hit]').first().click();
  await page.waitForSelector('.article h1');
  await page.click('#copy-reference');
  await page.waitForFunction(() => document.querySelector('#copy-reference').textContent === 'Скопировано');
  const one = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(expected.startsWith(one) && /Институт изучения войны.*: «/.test(one), one);
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

test('the names of the matrix narrow it', () => on('/citations', async (page) => {
  const { edges } = await server.api('citations?limit=1000');
  const { outlet } = edges[0];
  await page.locator('.matrix tbody th a').filter({ hasText: outlet }).first().click();
  await page.waitForURL(/outlet=/);
  await page.waitForFunction((n) => document.querySelectorAll('.pairs tbody tr').length === n, Math.min(40, edges.filter((edge) => edge.outlet === outlet).length));
  await page.goBack();
  await page.waitForFunction(() => !location.search);
  await settled(page);
  await page.locator('.matrix thead th a').first().click();
  await page.waitForURL(/cited=/);
  await page.locator('.pairs tbody td a').first().click();
  await page.waitForURL(/outlet=.*|.*&outlet=/);
}));

test('order and pages are those of the API', () => on('/', async (page) => {
  const titles = () => page.locator('.hits [data-hit]').allTextContents();
  const of = async (search) => (await server.api(`search?limit=20&${search}`)).hits.map((hit) => hit.title);
  assert.deepEqual(await titles(), await of('sort=newest'), 'the newest first when nothing is asked');
  await page.locator('.summary select').selectOption('oldest');
  await page.waitForURL(/sort=oldest/);
  await settled(page);
  assert.deepEqual(await titles(), await of('sort=oldest'));
  await page.locator('.pages a[rel=next]').click();
  await page.waitForURL(/page=2/);
  await settled(page);
  assert.deepEqual(await titles(), await of('sort=oldest&offset=20'));
  await page.locator('.pages a[rel=prev]').click();
  await page.waitForFunction(() => !location.search.includes('page='));
  await settled(page);
  assert.deepEqual(await titles(), await of('sort=oldest'));
}));

test('what is typed is completed to words, actors, outlets and think tanks', () => on('/', async (page) => {
  for (const [typed, group] of [['порт', 'word'], ['росс', 'actor'], ['polite', 'outlet'], ['isw', 'think_tank']]) {
    await page.fill('#q', typed);
    await page.waitForSelector(`#suggestions [aria-labelledby="group-${group}"] [role=option]`);
    await page.fill('#q', '');
    await page.waitForSelector('#suggestions', { state: 'hidden' });
  }
  await page.fill('#q', 'polite');
  await page.locator('#suggestions [aria-labelledby="group-outlet"] [role=option]', { hasText: 'Politexpert' }).first().click();
  await page.waitForURL(/outlet=Politexpert/);
  assert.equal(await page.inputValue('#q'), '');
}));

test('waiting and failing are shown, and it can be tried again', () => on('/', async (page) => {
  let answer;
  const held = new Promise((resolve) => { answer = resolve; });
  await page.route('**/api/v1/search*', async (route) => { await held; await route.continue(); });
  await page.fill('#q', 'порт');
  await page.keyboard.press('Enter');
  await page.waitForSelector('main[aria-busy]');
  await page.waitForFunction(() => document.getElementById('status').textContent === 'Ищем…');
  answer();
  await settled(page);
  await page.unroute('**/api/v1/search*');
  await page.route('**/api/v1/search*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ type: 'urn:svodka:problem:busy', detail: 'busy' }) }));
  await page.fill('#q', 'город');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  assert.match(await page.locator('[role=alert]').textContent(), /Сервер занят/);
  await page.unroute('**/api/v1/search*');
  await page.locator('[role=alert] .primary').click();
  await page.waitForSelector('.hits');
}));

test('on a phone the filters fold away and can be used', () => on('/?q=%D0%BF%D0%BE%D1%80%D1%82', async (page) => {
  assert.equal(await page.locator('[data-facet="outlet"] li input').first().isVisible(), false);
  await page.click('.filters summary');
  const row = page.locator('[data-facet="outlet"] li[data-value]').first();
  const name = await row.getAttribute('data-value');
  await row.locator('input').check();
  await page.waitForURL(/outlet=/);
  await settled(page);
  assert.equal(await total(page), (await server.api(`search?q=%D0%BF%D0%BE%D1%80%D1%82&outlet=${encodeURIComponent(name)}&limit=0`)).total);
  const small = await page.evaluate(() => [...document.querySelectorAll('button, input:not([type=checkbox]), select, summary, .pages a, .calendar a, .chip')].filter((e) => { const box = e.getBoundingClientRect(); return box.width > 0 && (box.height < 24 || box.width < 24); }).map((e) => e.outerHTML.slice(0, 80)));
  assert.deepEqual(small, [], 'nothing is too small to touch');
  const button = page.locator('#to-hits');
  assert.match(await button.textContent(), new RegExp(`^Показать: ${await total(page)} `));
  assert.equal(await button.evaluate((element) => element.getBoundingClientRect().bottom <= innerHeight), true, 'it is at hand');
  await button.click();
  assert.equal(await row.isVisible(), false);
  assert.equal(await page.locator('.count').evaluate((element) => element.getBoundingClientRect().top < innerHeight / 2), true);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.waitForFunction(() => document.querySelector('[data-facet="outlet"] input[type=checkbox]').checkVisibility(), null, { timeout: 5000 });
}, { width: 390, height: 844 }));

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
  const workbook = await page.evaluate(async () => new Uint8Array(await (await fetch(document.querySelector('a[download$=xlsx]').href)).arrayBuffer()).slice(0, 2));
  assert.deepEqual(Object.values(workbook), [0x50, 0x4b], 'a workbook is a ZIP archive');
  const table = await page.evaluate(async () => (await fetch(document.querySelector('a[download="svodka.csv"]').href)).text());
  assert.match(table, /^id,date,outlet,title/);
  assert.match(await page.locator('a[download="svodka.csv"]').getAttribute('href'), /q=%D0%BF%D0%BE%D1%80%D1%82/);
}));
