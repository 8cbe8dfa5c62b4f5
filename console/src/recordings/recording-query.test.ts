import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askedOf, isFiltered, queryInUrl, queryOfUrl } from './recording-query.ts'

const of = (search: string) => queryOfUrl(new URLSearchParams(search))

describe('what the list of recordings is asked for', () => {
  it('stands in the address, beside what else stands there', () => {
    const search = 'user=ann&instance=i-1&os-user=root&state=failed&mine=true&within=day'
    const query = of(search)
    assert.equal(
      queryInUrl(query, new URLSearchParams('tab=running')).toString(),
      'tab=running&user=ann&instance=i-1&os-user=root&state=failed&mine=true&within=day',
    )
    assert.equal(queryInUrl(of(''), new URLSearchParams(search)).toString(), '')
    assert.equal(of('within=toString').within, 'all')
  })

  it('is what ListRecordings knows', () => {
    assert.deepEqual(askedOf(of(''), 0), {})
    assert.deepEqual(
      askedOf(
        of('user=ann&instance=i-0123abcd&os-user=root&state=failed&mine=true&within=hour'),
        7_200_000,
      ),
      {
        Mine: true,
        UserName: 'ann',
        InstanceId: 'i-0123abcd',
        InstanceOSUser: 'root',
        State: 'failed',
        StartTime: 3600,
      },
    )
    const arn = 'arn:aws:iam::111122223333:user/ann'
    assert.deepEqual(askedOf(of(`user=${arn}`), 0), { PrincipalArn: arn })
    // Also while somebody types an id, of which the server would say that it is none.
    for (const name of ['web-1', 'i-0123ab'])
      assert.deepEqual(askedOf(of(`instance=${name}`), 0), {
        Tags: [{ Key: 'Name', Value: name }],
      })
  })

  it('is nothing or something', () => {
    assert.equal(isFiltered(of('')), false)
    for (const search of ['mine=true', 'user=a', 'within=day']) assert.ok(isFiltered(of(search)))
  })
})
