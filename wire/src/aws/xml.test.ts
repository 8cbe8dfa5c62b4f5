import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { xmlElement, xmlText } from './xml.ts'

describe('xmlElement', () => {
  it('writes an element, an empty one, and a namespace', () => {
    assert.equal(xmlElement('A', xmlElement('B', 'c') + xmlElement('D', '')), '<A><B>c</B><D/></A>')
    assert.equal(xmlElement('A', 'b', 'https://x/"&'), '<A xmlns="https://x/&quot;&amp;">b</A>')
    assert.equal(xmlElement('A', '', 'u'), '<A xmlns="u"/>')
  })

  for (const name of ['', 'a b', 'a>', 'a/', '1a', 'é', 'a:b', '__proto__', 'a\n']) {
    it(`refuses the name ${JSON.stringify(name)} (would write elements of its own)`, () => {
      assert.throws(() => xmlElement(name, ''), TypeError)
    })
  }
})

describe('xmlText', () => {
  it('escapes what would be markup', () => {
    assert.equal(
      xmlText(`<a href="x">&amp;</a>]]>'`),
      "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;]]&gt;'",
    )
  })

  it('keeps a carriage return, which a parser would turn into a line feed', () => {
    assert.equal(xmlText('a\r\nb\tc'), 'a&#13;\nb\tc')
  })

  it('replaces what XML cannot hold (the client would not parse the whole answer)', () => {
    assert.equal(
      xmlText('\0 \x08 \x0b \x0c \x1f \ud800 \udc00x \ufffe \uffff'),
      '\ufffd \ufffd \ufffd \ufffd \ufffd \ufffd \ufffdx \ufffd \ufffd',
    )
  })

  it('leaves every other character as it is', () => {
    const text = '\x20~\x7f\x85é\u2028\ud7ff\ue000\ufffd😀\u{10ffff}'
    assert.equal(xmlText(text), text)
  })

  it('reads back in a parser, whatever the text', () => {
    const parser = new XMLParser({
      parseTagValue: false,
      trimValues: false,
      htmlEntities: true,
      ignoreAttributes: false,
    })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (any, plain) => {
        const xml = xmlElement('A', xmlElement('B', xmlText(any)) + xmlElement('C', xmlText(plain)))
        assert.equal(XMLValidator.validate(xml), true)
        const { A } = parser.parse(xml) as { A: { C: string } }
        assert.equal(A.C, plain.replace(/[^\t\n\r\x20-\u{10ffff}]/gu, '\ufffd'))
      }),
    )
  })
})
