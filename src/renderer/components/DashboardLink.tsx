import { ExternalLink } from 'lucide-react';
import { dashboardUrl } from '../../shared/capabilityWords.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';

/** The host opens it outside of the window, and only at the address of a workspace. */
export const DashboardLink = ({ workspace }: { readonly workspace: Workspace | null }) => {
  const url = workspace && dashboardUrl(workspace);
  if (url === null) return null;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1.5 rounded-sm font-medium text-accent-ink underline"
    >
      Open the dashboard <ExternalLink aria-hidden className="size-3.5" />
      <span className="sr-only">({new URL(url).host}, outside of this window)</span>
    </a>
  );
};
