import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { fleetkeyJson } from '../fleetkey.ts'
import { PROXY_ADDRESS, startReverseProxy, type ReverseProxy } from '../reverse-proxy.ts'
import { until } from '../until.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from '../test-fleet.ts'
import { accessibilityFindings } from './accessibility.ts'
import { openBrowser, whyNoBrowser, type Browser, type Person } from './browser.ts'
import { makeAccount, signedIn, signOutAsElsewhere, type Account } from './signed-in.ts'

const missing = whyNoHosts() ?? whyNoBrowser()
/** Most of it is waiting for other tests' processors. */
const PATIENCE_MS = 20_000

/** What is silent for a minute is cut by an nginx that nobody told otherwise. */
const HALF_OF_NGINX_MS = 30_000

/** May log in to web-1 as deploy alone, and see what there is. */
const DEPLOY_ONLY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['ec2:Describe*', 'ec2-instance-connect:OpenTunnel'],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: 'ec2-instance-connect:SendSSHPublicKey',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:osuser': 'deploy' } },
    },
  ],
}

describe('a terminal in the browser', { skip: missing ?? false, timeout: 300_000 }, () => {
  let fleet: TestFleet
  let browser: Browser
  let account: Account
  let person: Person
  let page: Page
  let instanceId: string
  let proxy: ReverseProxy
  /** Who comes by it: their terminal is open from the first case to the last. */
  let proxied: Person

  before(async () => {
    const serverSettings = { trustedProxies: [PROXY_ADDRESS] }
    fleet = await openTestFleet({ hosts: { 'web-1': {} }, serverSettings })
    const { dir, network, plane } = fleet
    const address = network.address4
    proxy = await startReverseProxy({ dir, address, to: plane, idleMs: HALF_OF_NGINX_MS })
    browser = await openBrowser(fleet.network)
    account = await makeAccount(fleet.plane, 'alice', DEPLOY_ONLY)
    instanceId = hostOf(fleet, 'web-1').instanceId
    person = await signedIn(browser, fleet.plane, account, {
      path: `/instances/${instanceId}/connect`,
    })
    page = person.page
    page.setDefaultTimeout(PATIENCE_MS)
    await person.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  })
  after(async () => {
    await browser?.close()
    await proxy?.close()
    await fleet?.close()
  })

  /** What the terminal in front shows. */
  const screen = (of: Page = page) => of.locator('.terminal-pane[data-active=true] .xterm-rows')
  const shows = (text: string | RegExp, of: Page = page) =>
    screen(of).filter({ hasText: text }).waitFor()
  const type = async (text: string, of: Page = page) => of.keyboard.type(text)
  /** Runs a command, and waits for what only its output can say. */
  const run = async (command: string, says: string | RegExp, of: Page = page) => {
    await type(`${command}\n`, of)
    await shows(says, of)
  }

  /** Before it what is typed is dropped. */
  const connected = (of: Page = page) => of.getByRole('tab', { name: ', connected' }).waitFor()
  const copy = (text: string) =>
    page.evaluate((given) => (navigator as unknown as Copying).clipboard.writeText(given), text)

  it('tells before the press whether one may log in, and which statement decides', async () => {
    await page.getByLabel('User name').fill('root')
    await page.getByText('You may not log in as root').waitFor()
    await page.getByText('Least change').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Connect', exact: true }).count(), 0)
    await page.getByLabel('User name').fill('deploy')
    await page.getByText('You may log in as deploy').waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
  })

  it('has commands to copy for other ways', async () => {
    await page.getByRole('tab', { name: 'SSH client' }).click()
    await page.getByText('fleetkey ssh deploy@web-1', { exact: true }).waitFor()
    const name = page.getByRole('textbox', { name: 'User name' })
    await name.fill('')
    await name.pressSequentially('root')
    await page.getByText('fleetkey ssh root@web-1', { exact: true }).waitFor()
    await page.getByRole('tab', { name: 'Tunnel' }).click()
    await page.getByText('fleetkey tunnel web-1 --local-port 2222', { exact: true }).waitFor()
    await page.reload()
    await page.getByRole('tab', { name: 'Tunnel', selected: true }).waitFor()
    await page.getByRole('tab', { name: 'Fleetkey connect' }).click()
    await page.getByLabel('User name').fill('deploy')
    await page.getByText('You may log in as deploy').waitFor()
  })

  it('leads from Connect to a prompt', async () => {
    await page.getByRole('link', { name: 'Connect', exact: true }).click()
    await shows(/\$\s*$/)
    await run('echo "$USER"@"$(hostname)"', 'deploy@web-1')
  })

  it('goes through a reverse proxy: on record are who it is and the proxy, and output comes as it is written', async () => {
    const carol = await makeAccount(fleet.plane, 'carol', DEPLOY_ONLY)
    const path = `/terminal?instance=${instanceId}&user=deploy`
    proxied = await signedIn(browser, proxy, carol, { path })
    proxied.page.setDefaultTimeout(PATIENCE_MS)
    await shows(/\$\s*$/, proxied.page)
    await run('PASSED=by; seq 1 20000; echo th""rough', 'through', proxied.page)
    const events = (await fleetkeyJson(['events', '--event', 'OpenTerminal'], {
      env: fleet.plane.root,
    })) as readonly { readonly record: OpenedTerminal }[]
    const [byCarol, byAlice] = ['carol', 'alice'].map((name) => {
      const found = events.find(({ record }) => record.userIdentity.userName === name)
      return [found?.record.sourceIPAddress, found?.record.additionalEventData.proxyAddress]
    })
    // Both are on one machine, and the proxy is not.
    assert.deepEqual(byCarol, [byAlice?.[0], PROXY_ADDRESS])
    assert.notEqual(byAlice?.[0], PROXY_ADDRESS)
    assert.equal(byAlice?.[1], undefined)
  })

  it('follows the size of the window', async () => {
    await page.setViewportSize({ width: 900, height: 600 })
    const [cols] = await sizeNow('one')
    await page.setViewportSize({ width: 1280, height: 800 })
    const [more] = await sizeNow('two')
    assert.ok(more > cols && cols > 80, `${cols} and then ${more}`)
  })

  it('ends where the window ends, also when the bar above it has come and gone', async () => {
    for (const width of [640, 700, 640, 1280]) {
      // oxlint-disable-next-line no-await-in-loop -- one window
      await page.setViewportSize({ width, height: 800 })
      // oxlint-disable-next-line no-await-in-loop
      await until(`it is as high as a window ${width} wide leaves it`, async () => {
        return (await page.evaluate(spareHeight)) === 0
      })
    }
  })

  async function sizeNow(mark: string, of: Page = page): Promise<readonly [number, number]> {
    await run(`echo ${mark}=$(stty size)=`, new RegExp(`${mark}=\\d+ \\d+=`), of)
    const found = new RegExp(`${mark}=(\\d+) (\\d+)=`).exec((await screen(of).textContent()) ?? '')
    return [Number(found?.[2]), Number(found?.[1])]
  }

  it('draws programs that fill the screen, and what was there when they leave', async () => {
    await run('seq 1 500 >numbers; echo fi""lled', 'filled')
    await type('less numbers\n')
    await shows(/^\s*1\s*2\s*3\s*4/)
    await type('G')
    await shows('500')
    await type('q')
    await shows('filled')
  })

  it('asks before it pastes several lines, and pastes no ESC (it would end the brackets around pasted text)', async () => {
    await copy('echo one\necho \u001b[201~two\n')
    await page.keyboard.press('Control+Shift+V')
    const dialog = page.getByRole('dialog', { name: 'Paste this?' })
    await dialog.getByText('It has 2 lines').waitFor()
    await dialog.getByText('ESC').waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
    await dialog.getByRole('button', { name: 'Paste', exact: true }).click()
    await shows('echo [201~two')
    await page.keyboard.press('Control+c')
  })

  it('pastes nothing that somebody cancels, and asks about what acts also where lines are not asked about', async () => {
    const dialog = page.getByRole('dialog', { name: 'Paste this?' })
    await copy('echo cancelled\n')
    await page.keyboard.press('Control+Shift+V')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Terminal settings' }).click()
    const settings = page.getByRole('dialog', { name: 'Terminal settings' })
    await settings.getByLabel('Show several lines before they are pasted').uncheck()
    await page.keyboard.press('Escape')
    await settings.waitFor({ state: 'detached' })
    await page.locator('.xterm-helper-textarea').focus()
    await copy('echo \u202eacts')
    await page.keyboard.press('Control+Shift+V')
    await dialog.getByText('⟨U+202E⟩').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    await run('echo do""ne', 'done')
    assert.doesNotMatch((await screen().textContent()) ?? '', /cancelled|acts/)
    await copy('echo un\nasked')
    await page.keyboard.press('Control+Shift+V')
    await shows('asked')
    await page.keyboard.press('Control+c')
  })

  it('finds what was scrolled away', async () => {
    await run('clear; seq 1000 1300; echo do""ne', 'done')
    await page.keyboard.press('Control+Shift+F')
    await page.getByLabel('Search the terminal').fill('1042')
    await page.getByText('1/1', { exact: true }).waitFor()
    await shows('1042')
    await page.getByRole('button', { name: 'End the search' }).click()
  })

  it('tells its keys by key, and searches anew when how is changed', async () => {
    await page.locator('.xterm-helper-textarea').focus()
    await page.keyboard.press('Control+Shift+?')
    const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await keys.getByText('Split downwards').waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
    await page.keyboard.press('Escape')
    await keys.waitFor({ state: 'detached' })
    await run('clear; echo ONE; echo one; echo sea""rched', 'searched')
    await page.keyboard.press('Control+Shift+F')
    await page.getByLabel('Search the terminal').fill('^one')
    await page.getByText('none', { exact: true }).waitFor()
    await page.getByLabel('Regular expression').click()
    await page.getByText('2/2', { exact: true }).waitFor()
    await page.getByLabel('Tell capitals from small letters').click()
    await page.getByText('1/1', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'End the search' }).click()
  })

  it('pastes no book (a device that sends more than a host takes is let go)', async () => {
    await copy('x'.repeat(300_000))
    await page.keyboard.press('Control+Shift+V')
    await page.getByText('It has 300,000 characters.').waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).last().click()
  })

  it('goes on after a reload, and answers nothing of the repaint a second time (the shell would be typed into)', async () => {
    await run('KEPT=forty-two; clear', /\$\s*$/)
    // Asks where the cursor is, and who we are.
    await run(`printf '\\033[6n\\033[c'; read -rs -d c -t 5; echo as""ked`, 'asked')
    await page.reload()
    await connected()
    await shows('asked')
    await run('echo "still-$KEPT"', 'still-forty-two')
    assert.doesNotMatch((await screen().textContent()) ?? '', /\d+;\d+R|\?\d+;\d+/)
  })

  it('comes back by itself to the same shell when its connection goes', async () => {
    await page.addInitScript(keepSockets)
    await page.reload()
    await connected()
    await shows('still-forty-two')
    await page.evaluate(() => {
      for (const socket of (globalThis as unknown as { sockets: WebSocket[] }).sockets)
        socket.close()
    })
    await page.getByRole('tab', { name: /not reached|connecting again/ }).waitFor()
    await connected()
    await run('echo "again-$KEPT"', 'again-forty-two')
  })

  it('is taken over on another device, with both seeing it', async () => {
    const other = await signedIn(browser, fleet.plane, account, { path: '/terminal' })
    other.page.setDefaultTimeout(PATIENCE_MS)
    await other.page.getByRole('button', { name: 'Show here' }).click()
    await connected(other.page)
    await shows('again-forty-two', other.page)
    await page.getByText('Attached on another device too').waitFor()
    await other.page.locator('.xterm-helper-textarea').focus()
    await run('echo "from-there-$KEPT"', 'from-there-forty-two', other.page)
    await shows('from-there-forty-two')
    // What every kind of question is answered with goes into a file; the last one says where it ends.
    await run(`${ASK}; echo li""nes=$(wc -l <answers)`, /lines=\d/, other.page)
    const onPhone = await answersOn()
    await page.locator('.xterm-helper-textarea').focus()
    await run(`clear; ${ASK}; echo agai""n=$(wc -l <answers)`, /again=\d/)
    assert.deepEqual(await answersOn(), onPhone)
    assert.deepEqual(onPhone, ONE_OF_EACH)
    assert.deepEqual(other.problems, [])
    await other.context.close()
  })

  it('has a finger that rests select a word, and more as it is drawn, for a key that copies it', async () => {
    const path = `/terminal?instance=${instanceId}&user=deploy`
    const phone = await signedIn(browser, fleet.plane, account, { path, hasTouch: true })
    phone.page.setDefaultTimeout(PATIENCE_MS)
    await phone.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await shows(/\$\s*$/, phone.page)
    await run('clear; echo to-""copy as well', 'to-copy as well', phone.page)
    const line = phone.page.locator('.xterm-rows > div').filter({ hasText: /^to-copy/ })
    const { x, y, width, height } = (await line.boundingBox()) ?? assert.fail('it is not shown')
    const cell = width / (await sizeNow('phone', phone.page))[0]
    const debugging = await phone.context.newCDPSession(phone.page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', column: number) =>
      debugging.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : [{ x: x + column * cell, y: y + height / 2 }],
      })
    const copy = phone.page.getByRole('button', { name: 'Copy', exact: true })
    const copied = async () => {
      await copy.tap()
      return await phone.page.evaluate(() => (navigator as unknown as Copying).clipboard.readText())
    }
    await touch('touchStart', 3)
    await copy.waitFor()
    await touch('touchEnd', 3)
    assert.equal(await copied(), 'to-copy')
    await touch('touchStart', 3)
    await phone.page.waitForTimeout(1000)
    await touch('touchMove', 9.5)
    await touch('touchEnd', 9.5)
    assert.equal(await copied(), 'to-copy as')
    await phone.page.keyboard.type('exit\n')
    await copy.waitFor({ state: 'detached' })
    assert.deepEqual(phone.problems, [])
    await phone.context.close()
  })

  /** What each answer begins with, in order. */
  async function answersOn(): Promise<readonly string[]> {
    const { stdout } = await hostOf(fleet, 'web-1').host.exec(['cat', '/home/deploy/answers'])
    return stdout
      .split('\u001b')
      .filter((part) => part !== '' && part !== '\\')
      .map((part) => part.replace(/\d+;\d+R/, 'R').slice(0, 4))
  }

  it('leaves the terminal by key, for the buttons above it', async () => {
    await page.locator('.xterm-helper-textarea').focus()
    const hint = page.getByText('Ctrl+F6 leaves the terminal')
    await hint.waitFor()
    await page.keyboard.press('Control+F6')
    await hint.waitFor({ state: 'hidden' })
    await page
      .getByRole('button', { name: 'Search', exact: true })
      .and(page.locator(':focus'))
      .waitFor()
    await page.locator('.xterm-helper-textarea').focus()
  })

  it('lets a hostile host reach neither clipboard, title, window nor script', async () => {
    const title = await page.title()
    await copy('mine')
    const hostile = [
      // Clipboard (OSC 52), title (OSC 0), icon name, working directory.
      '\\033]52;c;aGFja2Vk\\007',
      '\\033]0;<img src=x onerror=alert(1)>\\007',
      '\\033]1337;File=inline=1:aGFja2Vk\\007',
      // Resize, iconify, move; report the title and the size as typed text.
      '\\033[8;5;5t\\033[2t\\033[3;0;0t\\033[21t\\033[18t\\033[14t',
      // A link that would run script.
      '\\033]8;;javascript:alert(1)\\033\\\\click-me\\033]8;;\\033\\\\',
      '<script>alert(1)</script>',
    ].join('')
    await run(`clear; printf '${hostile}'; echo; echo sur""vived`, 'survived')
    await page.locator('.terminal-tab-title', { hasText: '<img src=x onerror=alert(1)>' }).waitFor()
    assert.equal(await page.title(), title)
    assert.equal(
      await page.evaluate(() => (navigator as unknown as Copying).clipboard.readText()),
      'mine',
    )
    await run('echo typed-nothing', /\$ echo typed-nothing/)
    await pressText('click-me')
    await page.getByText('Only addresses that begin with http:// or https:// are').waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).last().click()
  })

  it('shows the true address of a link before it is opened', async () => {
    await run(
      `clear; printf '\\033]8;;https://evil.example/x\\033\\\\https://bank.example/login\\033]8;;\\033\\\\\\n'; echo sho""wn`,
      'shown',
    )
    await pressText('https://bank.example/login')
    const dialog = page.getByRole('dialog', { name: 'Open this address?' })
    await dialog.getByText('https://evil.example/x', { exact: true }).waitFor()
    await dialog.getByText('The terminal shows it as bank.example').waitFor()
    const { context } = person
    const before = context.pages().length
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    await context.route('https://evil.example/**', (route) => route.fulfill({ body: 'evil' }))
    await pressText('https://bank.example/login')
    assert.equal(context.pages().length, before, 'nothing is opened that somebody cancels')
    const opening = context.waitForEvent('page')
    await dialog.getByRole('button', { name: 'Open in a new tab' }).click()
    const opened = await opening
    await opened.waitForURL('https://evil.example/x')
    assert.equal(await opened.evaluate('globalThis.opener'), null, 'it could lead this page away')
    await opened.close()
  })

  /** xterm finds links by where the pointer is; the text itself takes none. */
  async function pressText(text: string): Promise<void> {
    const box = await screen().getByText(text, { exact: true }).last().boundingBox()
    assert.ok(box !== null)
    const at = [box.x + 10, box.y + box.height / 2] as const
    // From another line: xterm keeps what it knows of the one that the pointer is in.
    await page.mouse.move(at[0], at[1] + 100)
    await page.mouse.move(...at)
    await page.locator('.xterm-cursor-pointer').waitFor()
    await page.mouse.click(...at)
  }

  it('is split, and both are shells of their own', async () => {
    await page.locator('.xterm-helper-textarea').focus()
    await page.keyboard.press('Control+Shift+E')
    await page.locator('.terminal-pane').nth(1).waitFor()
    await shows(/\$\s*$/)
    await run('echo "mine-${KEPT-none}"', 'mine-none')
    assert.deepEqual(await accessibilityFindings(page), [])
    // As a window of 1280 by 800 is at 200 % (WCAG 1.4.4).
    await page.setViewportSize({ width: 640, height: 400 })
    await until('some rows are seen', async () => Number(await page.evaluate(seenHeight)) > 60)
    await page.keyboard.press('Control+Shift+ArrowUp')
    await until('some of the other are', async () => Number(await page.evaluate(seenHeight)) > 60)
    await page.setViewportSize({ width: 1280, height: 800 })
    await run('echo "first-$KEPT"', 'first-forty-two')
    await page.keyboard.press('Control+Shift+ArrowDown')
    await type('exit\n')
    await page.getByText('The shell ended', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.locator('.terminal-pane').nth(1).waitFor({ state: 'detached' })
  })

  it('looks as it is set to at once, and shows what is in force where more was asked for', async () => {
    await page.getByRole('button', { name: 'Terminal settings' }).click()
    const dialog = page.getByRole('dialog')
    const scrollback = dialog.getByLabel('Scrollback')
    await scrollback.fill('99999999')
    await dialog.getByLabel('Font size').fill('20')
    await dialog.getByLabel('Font', { exact: true }).fill('a;b')
    await dialog.getByText('Only names of fonts').waitFor()
    assert.equal(await scrollback.inputValue(), '100000')
    await dialog.getByRole('button', { name: /^Theme/ }).click()
    await page.getByRole('option', { name: 'Solarized light' }).click()
    assert.deepEqual(await accessibilityFindings(page), [])
    await dialog.getByRole('button', { name: 'Close' }).click()
    const size = "getComputedStyle(document.querySelector('.xterm-rows')).fontSize"
    assert.equal(await page.evaluate(size), '20px')
    await page.evaluate('localStorage.removeItem("fleetkey.terminal-settings")')
    await page.reload()
    await connected()
  })

  it('sends files to the host and fetches them', async () => {
    await page.getByRole('button', { name: 'Files', exact: true }).press('Enter')
    const files = page.getByRole('region', { name: 'Files' })
    // By Tab nobody comes there: the terminals on the way have that key.
    await files.and(page.locator(':focus')).waitFor()
    await files.getByText('numbers', { exact: true }).waitFor()
    // More than one piece.
    const sent = Buffer.alloc(5_000_000, 'watermark ')
    await files
      .locator('input[type=file]')
      .setInputFiles({ name: 'sent file.bin', mimeType: 'application/octet-stream', buffer: sent })
    await files.getByText('sent file.bin', { exact: true }).waitFor()
    const { stdout } = await hostOf(fleet, 'web-1').host.exec([
      'sha256sum',
      '/home/deploy/sent file.bin',
    ])
    assert.equal(stdout.split(' ')[0], await sha256(sent))
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      files.getByRole('button', { name: 'Download numbers' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'numbers')
    assert.deepEqual(await accessibilityFindings(page), [])
  })

  it('goes on with an upload that broke off before the page was loaded again, when the same file is chosen', async () => {
    const files = page.getByRole('region', { name: 'Files' })
    const path = `${fleet.dir}/long.bin`
    const sent = Buffer.alloc(9_000_000, 'another watermark ')
    await writeFile(path, sent)
    const isLater = /upload=\w+&offset=[1-9]/
    await page.route(isLater, (route) => route.abort())
    await files.locator('input[type=file]').setInputFiles(path)
    await files.getByText('After a reload of this page, choose the same file').waitFor()
    await page.unroute(isLater)
    await page.reload()
    await connected()
    await page.getByRole('button', { name: 'Files', exact: true }).click()
    const offsets: (string | null)[] = []
    page.on('request', (request) => {
      if (request.method() === 'PUT')
        offsets.push(new URL(request.url()).searchParams.get('offset'))
    })
    await files.locator('input[type=file]').setInputFiles(path)
    await files.getByText('4.2 MB were there already').first().waitFor({ state: 'attached' })
    assert.deepEqual(offsets, ['4194304', '8388608'])
    const { stdout } = await hostOf(fleet, 'web-1').host.exec([
      'sha256sum',
      '/home/deploy/long.bin',
    ])
    assert.equal(stdout.split(' ')[0], await sha256(sent))
    await files.getByRole('button', { name: 'Clear those that are over' }).click()
  })

  it('says why the host takes no more of a file, leaves nothing of what is given up, and goes on when there is room', async () => {
    const files = page.getByRole('region', { name: 'Files' })
    const { host } = hostOf(fleet, 'web-1')
    const small = '/home/deploy/small'
    const make = `mkdir ${small}; mount -t tmpfs -o mode=1777,size=6m test ${small}`
    await host.exec(['sh', '-c', make])
    await files.getByRole('button', { name: 'List the folder again' }).click()
    await files.getByText('small/', { exact: true }).click()
    await files.getByText('Nothing is in it').waitFor()
    const path = `${fleet.dir}/long.bin`
    const upload = async () => {
      await files.locator('input[type=file]').setInputFiles(path)
      // The second piece is refused on its way; what is asked next does not wait behind the rest of it.
      await files.getByText(/small\/long\.bin: Failure\. See whether the disk .*is full/).waitFor()
    }
    await upload()
    await files.getByRole('button', { name: 'Clear those that are over' }).click()
    await files.getByText('Failure').waitFor({ state: 'detached' })
    const { stdout } = await host.exec(['ls', '-A', small])
    assert.equal(stdout, '')
    await upload()
    await host.exec(['mount', '-o', 'remount,size=16m', small])
    await files.getByRole('button', { name: 'Go on with long.bin' }).click()
    await files.getByText('1 of 1 done').first().waitFor({ state: 'attached' })
    await files.getByRole('button', { name: 'Clear those that are over' }).click()
    await host.exec(['umount', small])
    await files.getByText('Folder above').click()
  })

  it('sends folders with what is in them, and asks before it replaces anything in them', async () => {
    const files = page.getByRole('region', { name: 'Files' })
    await drop(files, [['box'], ['box/one.txt', 'one'], ['box/deep'], ['box/deep/two.txt', 'two']])
    await files.getByText('2 of 2 done', { exact: false }).first().waitFor({ state: 'attached' })
    await files.getByText('box/', { exact: true }).click()
    await files.getByText('one.txt', { exact: true }).waitFor()
    await files.getByText('Folder above').click()
    await drop(files, [['box'], ['box/one.txt', 'other'], ['box/three.txt', 'three']])
    const dialog = page.getByRole('dialog', { name: 'Replace what is there?' })
    await dialog.getByText('box/one.txt').waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
    await dialog.getByRole('button', { name: 'Keep it' }).click()
    const { host } = hostOf(fleet, 'web-1')
    await until(
      'the other file is there',
      async () => {
        const { stdout } = await host.exec(['sh', '-c', 'cd /home/deploy/box; cat */* *.txt'])
        return stdout === 'twoonethree'
      },
      PATIENCE_MS,
    )
  })

  it('makes, renames and deletes on the host, and names what is lost before', async () => {
    const files = page.getByRole('region', { name: 'Files' })
    const act = async (name: string) => {
      await files.getByRole('button', { name: 'Actions', exact: true }).click()
      await page.getByRole('menuitem', { name }).click()
    }
    const choose = (name: string) => files.getByRole('checkbox', { name: `Choose ${name}` })
    await act('New folder…')
    const named = page.getByRole('dialog', { name: 'New folder' })
    await named.getByLabel('Name').fill('box')
    await named.getByText('That name is taken in this folder.').waitFor()
    await named.getByLabel('Name').fill('empty')
    await page.keyboard.press('Enter')
    await choose('empty').click()
    await act('Permissions…')
    const mode = page.getByRole('dialog', { name: 'Permissions of empty' })
    await mode.getByLabel('As chmod has it').fill('0710')
    assert.deepEqual(await accessibilityFindings(page), [])
    await mode.getByRole('button', { name: 'Change' }).click()
    await mode.waitFor({ state: 'detached' })
    await act('Rename…')
    await page.getByLabel('Name', { exact: true }).fill('a\u202eb')
    await page.keyboard.press('Enter')
    // What turns the reading order is written out.
    await choose('a\\u202eb').click()
    await choose('box').click()
    const { host } = hostOf(fleet, 'web-1')
    const { stdout } = await host.exec(['stat', '-c', '%a', '/home/deploy/a\u202eb'])
    assert.equal(stdout.trim(), '710')
    await act('Delete…')
    const asked = page.getByRole('dialog', { name: 'Delete these 2?' })
    await asked.getByText('3 files and 3 folders, 11 B').first().waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
    // Of another user, in a folder of another: it may not be deleted.
    await host.exec(['sh', '-c', 'cd /home/deploy/box; mkdir kept; touch kept/it; chmod 755 kept'])
    await asked.getByRole('button', { name: 'Delete', exact: true }).click()
    const kept = page.getByRole('dialog', { name: 'Delete box?' })
    await kept.getByText('/home/deploy/box/kept/it: Permission denied').waitFor()
    await kept.getByText('3 files and 2 folders, 11 B are gone').waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
    await host.exec(['chown', 'deploy:', '/home/deploy/box/kept'])
    await kept.getByRole('button', { name: 'Try again' }).click()
    await kept.waitFor({ state: 'detached' })
    await choose('box').waitFor({ state: 'detached' })
    await choose('a\\u202eb').waitFor({ state: 'detached' })
  })

  it('fetches folders as an archive, whose links are links, and says what is not in it', async () => {
    const files = page.getByRole('region', { name: 'Files' })
    const { host } = hostOf(fleet, 'web-1')
    await host.exec(['sh', '-c', PACKED])
    // As browsers that can write to no file that somebody chooses.
    await page.evaluate(() => Object.assign(globalThis, { showSaveFilePicker: undefined }))
    await files.getByRole('button', { name: 'List the folder again' }).click()
    await files.getByRole('checkbox', { name: 'Choose pack' }).click()
    await files.getByRole('checkbox', { name: 'Choose numbers' }).click()
    await files.getByRole('button', { name: 'Actions', exact: true }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Download' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'deploy.tar')
    const listed = execFileSync('tar', ['-tvf', await download.path()], { encoding: 'utf8' })
    assert.match(listed, /pack\/deep\/file\n/)
    assert.match(listed, /pack\/out -> \/etc\n/)
    assert.match(listed, /numbers\n/)
    await files
      .getByRole('list', { name: 'About deploy.tar' })
      .getByText('/home/deploy/pack/closed: Permission denied')
      .waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
  })

  it('writes an archive to the file that is chosen, as it comes, where the browser can', async () => {
    await page.evaluate(choosesFile)
    const files = page.getByRole('region', { name: 'Files' })
    await files.getByRole('button', { name: 'Download pack with all that is in it' }).click()
    await files.getByText('From the host: pack.tar', { exact: false }).first().waitFor()
    await until('it is there', async () => (await page.evaluate(chosenFile)) > 1024, PATIENCE_MS)
    assert.equal((await page.evaluate(chosenFile)) % 512, 0)
    await files.getByRole('button', { name: 'Clear those that are over' }).click()
  })

  it('does all that with the keyboard, and the focus stays in the rows', async () => {
    const files = page.getByRole('region', { name: 'Files' })
    const { host } = hostOf(fleet, 'web-1')
    await host.exec(['sh', '-c', 'cd /home/deploy; chown deploy: pack pack/closed; touch pack/x'])
    const link = (name: string) => files.getByRole('button', { name, exact: true })
    const focused = (name: string) => link(name).and(page.locator(':focus')).waitFor()
    await link('pack/').focus()
    await page.keyboard.press('Enter')
    await focused('closed/')
    await page.keyboard.press('ArrowDown')
    await focused('deep/')
    await page.keyboard.press('F2')
    const named = page.getByRole('dialog', { name: 'Rename deep' })
    await named.getByLabel('Name').fill('far')
    await page.keyboard.press('Enter')
    await named.waitFor({ state: 'detached' })
    await link('far/').focus()
    await page.keyboard.press('Delete')
    const asked = page.getByRole('dialog', { name: 'Delete far?' })
    await asked.getByText('1 file and 1 folder, 4 B').waitFor()
    await page.keyboard.press('Escape')
    await asked.waitFor({ state: 'detached' })
    await focused('far/')
    await page.keyboard.press('Delete')
    await asked.getByText('1 file and 1 folder, 4 B').waitFor()
    await asked.getByRole('button', { name: 'Delete', exact: true }).focus()
    await page.keyboard.press('Enter')
    await link('far/').waitFor({ state: 'detached' })
    await focused('out')
    await page.keyboard.press('Backspace')
    await focused('pack/')
    await page.setViewportSize({ width: 390, height: 844 })
    assert.deepEqual(await accessibilityFindings(page), [])
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.keyboard.press('Escape')
    await files.waitFor({ state: 'detached' })
    await page.locator('.xterm-helper-textarea:focus').waitFor()
  })

  /** Drops files and folders (those without a text), as a file manager does. */
  async function drop(on: Locator, things: readonly (readonly [string, string?])[]): Promise<void> {
    const transfer = await page.evaluateHandle(dropOf, things)
    await on.dispatchEvent('drop', { dataTransfer: transfer })
  }

  it('says why a folder is not listed, and what to do', async () => {
    await page.getByRole('button', { name: 'Files', exact: true }).click()
    const files = page.getByRole('region', { name: 'Files' })
    await files.getByRole('link', { name: '/', exact: true }).click()
    await files.getByText('root/', { exact: true }).click()
    await files.getByText('The folder is not listed').waitFor()
    await files.getByText('log in as one that may').waitFor()
    await page.getByRole('button', { name: 'Close the files' }).first().click()
  })

  it('is not cut by a proxy that lets nobody be silent for long: all the while something was said', async () => {
    assert.equal(proxy.cut(), 0)
    assert.deepEqual(proxied.problems, [])
    await run('echo "still-$PASSED"', 'still-by', proxied.page)
    await proxied.context.close()
  })

  it('says why it ended, and connects again', async () => {
    await page.locator('.xterm-helper-textarea').focus()
    await type('exit 3\n')
    await page.getByText('The shell ended with exit code 3').waitFor()
    const [screenPlace, told] = await Promise.all(
      ['.terminal-place', '.terminal-over'].map((part) =>
        page.locator(`.terminal-pane[data-active=true] ${part}`).boundingBox(),
      ),
    )
    assert.ok(screenPlace && told, 'both are shown')
    assert.ok(screenPlace.y + screenPlace.height <= told.y, 'its last lines are not covered')
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Connect again' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await shows(/\$\s*$/)
    await run('echo "new-${KEPT-none}"', 'new-none')
  })

  it('is told at once that the control plane stops, and connects again when it is back', async () => {
    await fleet.plane.stop()
    await page.getByText('The control plane stopped', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Connect again' }).click()
    await page.getByText('You are connected as soon as it is').waitFor()
    await fleet.plane.start()
    // Agents come back within seconds: until then there is no way to the host, and the page says so.
    const again = page.getByRole('button', { name: 'Connect again' })
    const live = page.getByRole('tab', { name: ', connected' })
    await until(
      'it is connected',
      async () => {
        if (await again.isVisible()) await again.click()
        return await live.isVisible()
      },
      PATIENCE_MS * 2,
    )
    await shows(/\$\s*$/)
  })

  it('says why it is refused, which statement decided, and where that is on record', async () => {
    await page.goto(`${fleet.plane.url}/terminal?instance=${instanceId}&user=root`)
    const why = page.getByText('There is no prompt')
    const [said, pane] = [
      await why.boundingBox(),
      await page.locator('.terminal-pane').boundingBox(),
    ]
    assert.ok(said && pane && said.y - pane.y < pane.height / 4, 'it is what the page is of')
    await page.getByText('Least change').waitFor()
    assert.match(
      (await page.getByRole('link', { name: /^[0-9a-f-]{36}$/ }).getAttribute('href')) ?? '',
      /^\/events\?request-id=/,
    )
    assert.deepEqual(await accessibilityFindings(page), [])
  })

  it('shows nothing of them to who signs in next in the same browser', async () => {
    await makeAccountAndSwitch(person.context)
    assert.equal(await page.locator('.xterm').count(), 0)
  })

  async function makeAccountAndSwitch(context: BrowserContext): Promise<void> {
    const next = await makeAccount(fleet.plane, 'bob')
    await context.clearCookies()
    await page.goto(`${fleet.plane.url}/terminal`)
    await page.getByLabel('User name').fill(next.name)
    await page.getByLabel('Password', { exact: true }).fill(next.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('No terminal is open here').waitFor()
  }

  it('ends with its page at once when they sign out everywhere on another device', async () => {
    const here = await signedIn(browser, fleet.plane, account, {
      path: `/terminal?instance=${instanceId}&user=deploy`,
    })
    await connected(here.page)
    const other = await signedIn(browser, fleet.plane, account, { path: '/security-credentials' })
    await other.page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await here.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor()
    assert.equal(await here.page.locator('.xterm-rows').isVisible(), false)
    assert.deepEqual(here.problems, [])
  })

  it('is hidden while their session has ended, and attached again to the same shell once they have signed in again', async () => {
    const here = await signedIn(browser, fleet.plane, account, {
      path: `/terminal?instance=${instanceId}&user=deploy`,
    })
    await connected(here.page)
    await run('KEPT=forty-three; echo "set-$KEPT"', 'set-forty-three', here.page)
    await here.page.evaluate(signOutAsElsewhere)
    const again = here.page.getByRole('dialog', { name: 'Your session has ended' })
    await again.waitFor()
    assert.equal(await here.page.locator('.xterm-rows').isVisible(), false)
    await again.getByLabel('Password', { exact: true }).fill(account.password)
    await again.getByRole('button', { name: 'Sign in', exact: true }).click()
    await again.waitFor({ state: 'detached' })
    await connected(here.page)
    // The keys go to it, as before.
    await run('echo "back-$KEPT"', 'back-forty-three', here.page)
  })

  it('went without an error of the page or a report of its policy', () => {
    // The disk of a host that was full, twice, and the folder that may not be listed: browsers tell of every such answer.
    const answered = (status: string) =>
      `Failed to load resource: the server responded with a status of ${status}`
    const problems = person.problems.filter((each) => !each.includes('net::ERR_'))
    assert.deepEqual(
      problems,
      ['502 (Bad Gateway)', '502 (Bad Gateway)', '403 (Forbidden)'].map(answered),
    )
  })
})

/** Who are you (DA1, DA2), how are you, where is the cursor (DSR), which mode (DECRQM), setting (DECRQSS) and colour (OSC 10), and once more how. */
const ASK = [
  `printf '\\033[c\\033[>c\\033[5n\\033[6n\\033[?25$p\\033P$qm\\033\\\\\\033]10;?\\007\\033[5n'`,
  // Two of the answers end with n, as nothing in the others; and what should not come has a second to.
  `IFS= read -rsd n -t 20 one; IFS= read -rsd n -t 20 two; IFS= read -rsd n -t 1 more`,
  `printf '%sn%sn%s' "$one" "$two" "$more" >answers`,
].join('; ')
const ONE_OF_EACH = ['[?1;', '[>0;', '[0n', '[R', '[?25', 'P1$r', ']10;', '[0n']

/** A folder with a link out of it and one that its user may not look into. */
const PACKED = `cd /home/deploy; mkdir -p pack/deep pack/closed; echo one >pack/deep/file; ln -s /etc pack/out
chown -R deploy: pack; chown root: pack/closed; chmod 700 pack/closed`

/** In the page: somebody who chooses a file whenever asked, in a place that tests can look into. */
function choosesFile(): void {
  const { navigator } = globalThis as unknown as { readonly navigator: Storing }
  const showSaveFilePicker = async (options: { readonly suggestedName: string }) =>
    await (await navigator.storage.getDirectory()).getFileHandle(options.suggestedName, MAKE)
  const MAKE = { create: true }
  Object.assign(globalThis, { showSaveFilePicker })
}

/** In the page: how large the file is. */
async function chosenFile(): Promise<number> {
  const { navigator } = globalThis as unknown as { readonly navigator: Storing }
  const folder = await navigator.storage.getDirectory()
  return (await (await folder.getFileHandle('pack.tar')).getFile()).size
}

/** As the trail has it. */
interface OpenedTerminal {
  readonly sourceIPAddress: string
  readonly userIdentity: { readonly userName?: string }
  readonly additionalEventData: { readonly proxyAddress?: string }
}

interface Storing {
  readonly storage: {
    getDirectory(): Promise<{
      getFileHandle(
        name: string,
        options?: object,
      ): Promise<{ getFile(): Promise<{ readonly size: number }> }>
    }>
  }
}

/** A browser's; Node's types have none. */
interface Copying {
  readonly clipboard: { writeText(text: string): Promise<void>; readText(): Promise<string> }
}

/** For a page to evaluate: pixels between the end of the terminals and that of the window. */
const spareHeight = `innerHeight - document.querySelector('.terminal-page').getBoundingClientRect().bottom`

/** For a page to evaluate: of the screen that has the keys, pixels of its height that the window shows. */
const seenHeight = `(() => {
  const screen = document.querySelector('.terminal-pane[data-active=true] .terminal-place').getBoundingClientRect()
  return Math.min(screen.bottom, innerHeight) - Math.max(screen.top, document.querySelector('.terminal-panes').getBoundingClientRect().top)
})()`

/** In the page: a drop of what is not there, which tests cannot drop themselves. */
function dropOf(things: readonly (readonly [string, string?])[]): object {
  const entry = ([path, text]: readonly [string, string?]): object => ({
    fullPath: `/${path}`,
    isDirectory: text === undefined,
    isFile: text !== undefined,
    file: (done: (file: File) => void) => done(new File([text ?? ''], path)),
    createReader() {
      let within = things.filter(([each]) => each.replace(/\/[^/]*$/, '') === path && each !== path)
      return {
        readEntries(done: (entries: readonly object[]) => void) {
          const page = within.map(entry)
          within = []
          done(page)
        },
      }
    },
  })
  // A browser's; Node's types have none.
  const { DataTransfer } = globalThis as unknown as { readonly DataTransfer: new () => object }
  const transfer = new DataTransfer()
  const items = things
    .filter(([path]) => !path.includes('/'))
    .map((thing) => ({ webkitGetAsEntry: () => entry(thing) }))
  Object.defineProperty(transfer, 'items', { value: items })
  return transfer
}

/** In the page: keeps its sockets where the test finds them. */
function keepSockets(): void {
  const kept: WebSocket[] = []
  Object.assign(globalThis, {
    sockets: kept,
    WebSocket: class extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given)
        kept.push(this)
      }
    },
  })
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
}
