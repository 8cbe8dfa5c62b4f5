import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Failure } from '../failure.ts'
import { parseScpLine, parseSftpLine } from './copy-line.ts'

const ID = 'i-0123456789abcdef0'
const scp = (text: string) => parseScpLine(text.split(' '))
const sftp = (text: string) => parseSftpLine(text.split(' '))

describe('the command line of fleetkey scp', () => {
  it('calls the instance by its id, and leaves paths here as they are', () => {
    const line = scp('-r deploy@web-1:/var/log deploy@web-1: ./a:b /c:d dir')
    assert.deepEqual([line.target, line.osUser], ['web-1', 'deploy'])
    assert.deepEqual(line.operands(ID), [`${ID}:/var/log`, `${ID}:`, './a:b', '/c:d', 'dir'])
    assert.deepEqual(line.options, ['-r'])
  })
  it('takes an IPv6 address in brackets, and a path with colons, @ and brackets', () => {
    const line = scp('a ops@[fd77::1]:/x:[1]@y')
    assert.deepEqual([line.target, line.osUser], ['fd77::1', 'ops'])
    assert.deepEqual(line.operands(ID), ['a', `${ID}:/x:[1]@y`])
  })
  it('has letters of its own: -P is the port, -p keeps times, -l limits', () => {
    const line = scp('-p -P 2222 -l 800 -O a web-1:')
    assert.equal(line.port, 2222)
    assert.deepEqual(line.options, ['-p', '-l', '800', '-O'])
  })
  it('takes our long options anywhere before --', () => {
    const line = scp('a web-1:b --via tunnel --os-user ops --max-duration=8h')
    assert.deepEqual([line.via, line.osUser, line.maxDuration], ['tunnel', 'ops', '8h'])
  })
  it('takes a name that looks like an option after --', () => {
    assert.deepEqual(scp('-- -r web-1:').operands(ID), ['-r', `${ID}:`])
  })
  const refused = {
    'between two instances': 'web-1:a web-2:b',
    'for two users of one': 'a@web-1:a b@web-1:b',
    'with no instance': 'a b',
    'with one path': 'web-1:a',
    'by address of a URI': 'scp://web-1/a b',
    'with another key': '-i key a web-1:',
    'with another program': '-S /bin/x a web-1:',
    'with another way to recognise hosts': '-o StrictHostKeyChecking=no a web-1:',
    'with a jump that a shell would act on': '-J $(x) a web-1:',
    'on a way that there is not': '--via boat a web-1:',
    'for two days': '--max-duration 2d a web-1:',
    'with an option of another program': '-N a web-1:',
  }
  for (const [what, text] of Object.entries(refused)) {
    it(`refuses to copy ${what}`, () => assert.throws(() => scp(text), Failure))
  }
})

describe('the command line of fleetkey sftp', () => {
  it('takes an instance, with or without user and path', () => {
    assert.deepEqual(sftp('web-1').operands(ID), [ID])
    assert.deepEqual(sftp('ops@web-1:/var').operands(ID), [`${ID}:/var`])
    assert.equal(sftp('-b file ops@web-1').osUser, 'ops')
  })
  for (const text of ['web-1 web-2', '/etc/passwd', '-D /usr/lib/sftp-server web-1']) {
    it(`refuses "${text}"`, () => assert.throws(() => sftp(text), Failure))
  }
})
