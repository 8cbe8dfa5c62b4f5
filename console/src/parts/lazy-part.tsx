import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { useEffect, useState, type ComponentType, type ReactNode } from 'react'
import { loadChunk } from './load-chunk.ts'
import { serverBuild, type BuildState } from './server-build.ts'

/**
 * A part of a page that is loaded when it is first shown: a tab, a dialog. Where it does not come it says so in its place, and the rest of
 * the page stays as it is, with all that was typed.
 * @param load with an `import()`
 * @param meanwhile what stands there while it comes
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile?: ReactNode,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined
  return function LazyPart(props: Props) {
    const [Part, setPart] = useState(() => loaded)
    const [build, setBuild] = useState<BuildState>()
    const [turn, setTurn] = useState(0)
    useEffect(() => {
      let isGone = false
      const unlessGone =
        <Value,>(set: (value: Value) => void) =>
        (value: Value) => {
          if (!isGone) set(value)
        }
      loadChunk(load).then(
        unlessGone((part: ComponentType<Props>) => {
          loaded = part
          setPart(() => part)
        }),
        () => serverBuild().then(unlessGone(setBuild)),
      )
      return () => void (isGone = true)
    }, [turn])

    if (Part !== undefined) return <Part {...props} />
    if (build === undefined) return meanwhile
    return (
      <Alert
        type="error"
        header="This part of the page could not be loaded"
        action={
          <Button
            onClick={() => {
              setBuild(undefined)
              setTurn((last) => last + 1)
            }}
          >
            Try again
          </Button>
        }
      >
        {WHY[build]}
      </Alert>
    )
  }
}

const WHY: Readonly<Record<BuildState, string>> = {
  same: 'The control plane answers, but not with it. If it stays so, look at its log.',
  another:
    'The control plane was upgraded meanwhile. Keep what you are writing, and load the page again to have the new one.',
  unreachable: 'The control plane is not reached. Check your network, and that the server runs.',
}
