// What the tests share: servers on the two archives, a browser, and pages that watch for what must not happen.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
export const shots = join(here, 'screenshots');
mkdirSync(shots, { recursive: true });

/** A server on an index, on a free port. */
export async function serve(index) {
  const server = spawn(process.env.SVODKA_QUERY, ['serve', '--addr', '127.0.0.1:0', '--index', join(here, index)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    server.stdout.once('data', (data) => resolve(String(data).trim()));
    server.once('exit', () => reject(new Error('the server did not start')));
  });
  const url = line.replace(/\/$/, '');
  return {
    url,
    api: async (path) => (await fetch(`${url}/api/v1/${path}`)).json(),
    stop: () => server.kill(),
  };
}

/** A browser with a fresh profile. */
export async function browser() {
  const profile = mkdtempSync(join(tmpdir(), 'svodka-browser-'));
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--lang=ru-RU'];
  const context = await chromium.launchPersistentContext(profile, { executablePath: '/usr/bin/chromium', headless: true, args, locale: 'ru-RU', viewport: { width: 1280, height: 900 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** A page; `faults` gathers script errors, refused contents, dialogs and requests to anywhere else. */
export async function open(context, address, { width = 1280, height = 900, scheme = 'light' } = {}) {
  const page = await context.newPage();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  const faults = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !/status of (4|5)\d\d/.test(message.text())) faults.push(message.text()); });
  page.on('dialog', (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => { if (!request.url().startsWith(new URL(address).origin)) faults.push(`request: ${request.url()}`); });
  await page.goto(address);
  await settled(page);
  return { page, faults };
}

/** Waits until the page shows what its address means. */
export async function settled(page) {
  await page.waitForSelector('main:not([aria-busy]) > *');
}

/** The number of articles that the page says it found. */
export async function total(page) {
  await settled(page);
  const words = await page.locator('.count').textContent();
  return Number(words.replace(/[^\d]/g, ''));
}
