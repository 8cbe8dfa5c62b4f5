/** Addresses of machines, each in its one spelling. */
export const OPEN_ADDRESSES: readonly string[] = [
  '10.0.0.5',
  '10.255.255.255',
  '100.64.0.1',
  '172.16.0.1',
  '192.0.2.7',
  '192.168.1.20',
  '198.51.100.9',
  '203.0.113.255',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.255.255',
  '169.255.0.1',
  '192.0.1.255',
  '223.255.255.255',
  '1.0.0.1',
  '2001:db8::7',
  '2001:db8:0:1:1:1:1:1',
  '2001:db8::1:0:0:1',
  '2a00:1450:4001:80b::200e',
  'fd00::7',
  'fd77::2',
  'fdff:ffff::1',
  '2003::1',
  '64:ff9a::1',
  '1::',
]

/** What leads elsewhere than to a machine, in its own spelling. */
const FORBIDDEN_V4 = ['127.0.0.1', '0.0.0.0', '169.254.169.254', '224.0.0.1', '255.255.255.255']

/** The ways in which inet_aton(3), URL parsers and people write an IPv4 address, but its own. */
function spellings(address: string): readonly string[] {
  const bytes = address.split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const number = ((a * 256 + b) * 256 + c) * 256 + d
  const hex = number.toString(16).padStart(8, '0')
  const [high, low] = [hex.slice(0, 4), hex.slice(4)]
  const octal = bytes.map((byte) => `0${byte.toString(8)}`)
  return [
    String(number), // decimal
    String(number + 2 ** 32), // with overflow
    `0x${hex}`,
    `0X${hex.toUpperCase()}`,
    `0${number.toString(8)}`,
    octal.join('.'),
    bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
    `${octal[0]}.${b}.${c}.${d}`, // mixed
    `0x${a.toString(16)}.${b}.${c}.${d}`,
    `${a}.${b}.${c * 256 + d}`, // three parts
    `${a}.${(b * 256 + c) * 256 + d}`, // two parts
    bytes.map((byte) => String(byte).padStart(3, '0')).join('.'),
    `${a}.${b}.${c}.${String(d).padStart(4, '0')}`,
    `${address}.`, // fully qualified
    `${address}..`,
    `.${address}`,
    ` ${address}`,
    `${address} `,
    `\t${address}`,
    `${address}\n`,
    `${address}\0`,
    `${address}%00`,
    `[${address}]`,
    `${address}:22`,
    `${address}/32`,
    `${address}#`,
    `${address}?`,
    `user@${address}`,
    `10.0.0.5@${address}`,
    `${address}@10.0.0.5`,
    `http://${address}`,
    `//${address}`,
    `-${address}`,
    `+${address}`,
    `${a}.${b}.${c}.+${d}`,
    `${a}.${b}.${c}.-${d}`,
    `${a}.${b}.${c}.${d}e0`,
    `${a}．${b}．${c}．${d}`, // full-width dots
    `${a}。${b}。${c}。${d}`, // ideographic dots
    address.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))), // full-width digits
    address.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit))), // Arabic-Indic digits
    address.replace(/\d/, (digit) => String.fromCodePoint(0x2460 + Number(digit))), // a circled digit
    address.replaceAll('.', ','),
    `${address}.nip.io`,
    `::${address}`, // IPv4-compatible
    `::ffff:${address}`, // mapped, dotted
    `::ffff:${high}:${low}`, // mapped
    `::FFFF:${high}:${low}`,
    `0:0:0:0:0:ffff:${high}:${low}`,
    `0000:0000:0000:0000:0000:ffff:${address}`,
    `::ffff:0:${address}`, // translated (SIIT)
    `64:ff9b::${address}`, // NAT64
    `64:ff9b::${high}:${low}`,
    `64:ff9b:1::${high}:${low}`,
    `2002:${high}:${low}::1`, // 6to4
    `2002:${high}:${low}::`,
    `[::ffff:${address}]`,
    `::ffff:${high}:${low}%eth0`,
  ]
}

export const CLOSED_SPELLINGS: readonly string[] = [
  ...FORBIDDEN_V4,
  ...FORBIDDEN_V4.flatMap(spellings),
  // Whole networks, first and last.
  '0.255.255.255',
  '127.255.255.255',
  '127.0.1.1',
  '169.254.0.1',
  '169.254.255.255',
  '192.0.0.192',
  '100.100.100.200',
  '168.63.129.16',
  '239.255.255.255',
  '240.0.0.1',
  // IPv6
  '::',
  '::1',
  '::2',
  '0:0:0:0:0:0:0:1',
  '0000:0000:0000:0000:0000:0000:0000:0001',
  '::0001',
  '::1%lo',
  '[::1]',
  '[::1',
  '::1]',
  'fe80::1',
  'fe80::1%eth0',
  'fe80::1%25eth0',
  'febf::1',
  'fec0::1',
  'ff02::1',
  'ff0e::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  '100::1',
  '2001::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '::ffff:10.0.0.5', // a machine, by another name
  '::ffff:a00:5',
  '::10.0.0.5',
  // Not the one spelling of a machine's address
  '2001:DB8::7',
  '2001:db8::07',
  '2001:0db8::7',
  '2001:db8:0:0:0:0:0:7',
  '2001:db8:0::7',
  '2001:db8::0:7',
  '2001:db8::1:0:0:0',
  '2001:db8:0:0:1::1',
  '2001:db8::1::7',
  '2001:db8:::7',
  ':2001:db8::7',
  '2001:db8::7:',
  '2001:db8::7%eth0',
  '2001:db8:1:2:3:4:5:6:7',
  '2001:db8:1:2:3:4:5',
  '2001:db8::7/64',
  '2001:db8::192.0.2.7',
  '12001:db8::7',
  '[2001:db8::7]',
  '10.0.0.05',
  '010.0.0.5',
  '10.0.0',
  '10.5',
  '10',
  '10.0.0.5.6',
  '10.0.0.256',
  '256.0.0.1',
  '10.0.0.1e1',
  '10..0.5',
  '10.0.0.',
  // Names
  '',
  ' ',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'ip6-localhost',
  'metadata',
  'metadata.google.internal',
  'instance-data',
  'web-1',
  'web-1.example.org',
  'deadbeef',
  'face',
  'e',
  'localhost\u0000.example.org',
  '*',
  '%',
  'undefined',
  'null',
]
