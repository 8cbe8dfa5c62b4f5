import Link, { type LinkProps } from '@cloudscape-design/components/link'
import { useNavigate } from 'react-router'

/** A link to a page of the console: no load of the whole, but opens in a new tab as every link does. */
export function RouteLink({
  to,
  ...rest
}: Omit<LinkProps, 'href' | 'onFollow'> & { readonly to: string }) {
  const navigate = useNavigate()
  return (
    <Link
      {...rest}
      href={to}
      onFollow={(event) => {
        if (event.detail.external === true) return
        event.preventDefault()
        void navigate(to)
      }}
    />
  )
}
