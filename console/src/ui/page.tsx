import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import type { ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { useTitle } from './use-title.ts'

/** A page with its heading, which is also the title of the tab. */
export function Page({
  title,
  parents = [],
  description,
  actions,
  children,
}: {
  readonly title: string
  /** The pages that it is below, the topmost first. */
  readonly parents?: readonly { readonly text: string; readonly href: string }[]
  readonly description?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  useTitle(title)
  const navigate = useNavigate()
  return (
    <ContentLayout
      breadcrumbs={
        parents.length > 0 && (
          <BreadcrumbGroup
            items={[...parents, { text: title, href: '' }]}
            onFollow={(event) => {
              event.preventDefault()
              if (event.detail.href !== '') void navigate(event.detail.href)
            }}
          />
        )
      }
      header={
        <Header variant="h1" description={description} actions={actions}>
          {title}
        </Header>
      }
    >
      {children}
    </ContentLayout>
  )
}
