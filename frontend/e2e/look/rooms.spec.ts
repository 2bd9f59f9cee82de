import { expect, test, type Page } from '@playwright/test';

import { FakeServer } from '../../src/testing/fake-server';
import { axeLooker } from '../support/look';
import { closeVisitors, VARIANTS, visitor } from '../support/visitor';

test.afterEach(closeVisitors);

const NAMES = ['Bea Maria', 'Cleo', 'Dora with quite a long nickname', 'Eve', 'Frida', 'Gustav', 'Hana'] as const;

async function enter(page: Page, path?: string): Promise<void> {
  if (path !== undefined) await page.goto(path);
  await page.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('button', { name: 'Leave' })).toBeVisible();
}

for (const variant of VARIANTS) {
  test(`rooms, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const { page, shot } = await visitor(browser, variant, server);
    const look = axeLooker(shot, page);
    await page.goto('/');
    await look('green-with-rooms');
    await page.getByRole('button', { name: 'Create a room' }).click();
    await look('room-create');
    await page.getByRole('textbox', { name: 'Name if you like' }).fill('Sunday choir');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(page.getByRole('textbox', { name: 'Link' })).toBeVisible();
    await look('room-made');
    server.rooms.seat('room-1', NAMES[0]);
    await page.getByRole('button', { name: 'Go to the room' }).click();
    await enter(page);
    await page.getByRole('button', { name: /^People/u }).click();
    await look('room-owned');
    await page.getByRole('button', { name: `Remove ${NAMES[0]}` }).click();
    await expect(page.getByRole('button', { name: 'Remove and lock' })).toBeVisible();
    await look('room-remove');
    await page.keyboard.press('Escape');
    const own = server.rooms.create('somebody', { name: 'Sunday choir', waitingRoom: true });
    await page.goto(`/room/${own.roomId}`);
    await page.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
    await page.getByRole('button', { name: 'Join' }).click();
    await expect(page.getByRole('heading', { name: 'Waiting for the host to come' })).toBeVisible();
    await look('room-waiting-alone');
    server.rooms.seat(own.roomId, NAMES[0]);
    await expect(page.getByRole('heading', { name: 'Waiting for the host to let you in' })).toBeVisible();
    await look('room-waiting');
    await page.getByRole('button', { name: 'Leave' }).click();
    const { roomId } = server.rooms.create('somebody', { name: 'Sunday choir', password: 'sesame', capacity: 8 });
    server.rooms.seat(roomId, NAMES[0]);
    await page.goto(`/room/${roomId}`);
    await page.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
    await page.getByLabel('Password').fill('open');
    await page.getByRole('button', { name: 'Join' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await look('room-door');
    await page.goto('/room/nowhere');
    await expect(page.getByRole('heading', { name: 'There is no such room' })).toBeVisible();
    await look('room-gone');
  });

  test(`inside a room, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const { page, shot } = await visitor(browser, variant, server);
    const look = axeLooker(shot, page);
    const { roomId } = server.rooms.create('nobody-0', { name: 'Sunday choir', capacity: 8 });
    await enter(page, `/room/${roomId}`);
    await look('room-1');
    server.rooms.seat(roomId, NAMES[0], { hand: true });
    await page.waitForTimeout(300);
    await look('room-2');
    server.rooms.seat(roomId, NAMES[1], { presence: 'held' });
    await page.waitForTimeout(300);
    await look('room-3');
    for (const name of NAMES.slice(2)) server.rooms.seat(roomId, name, name === 'Eve' ? { presence: 'lost' } : {});
    server.rooms.seat(roomId, 'Ida', { admitted: false });
    await page.waitForTimeout(300);
    await look('room-8');
    await page.getByRole('button', { name: /^People/u }).click();
    await look('room-people');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: /^Chat/u }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('Shall we begin?');
    await page.keyboard.press('Enter');
    await look('room-chat');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Leave' }).click();
    await expect(page.getByRole('heading', { name: 'You left the room' })).toBeVisible();
    await look('room-left');
  });
}
