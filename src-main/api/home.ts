import type { PersonRow } from '../journal/projections/people.ts';
import { mayDo, maySee } from '../access/rights.ts';
import { approvalPolicy } from '../approvals/policy.ts';
import type { ApprovalAct } from '#shared/domain/approval-act.ts';
import { api } from './context.ts';
import { personOf } from './guard.ts';
import type { Services } from './services.ts';
import { lineTasks } from './unknown-card-tasks.ts';
import { keyTasks } from './key-tasks.ts';
import { stockTasks } from './stock-tasks.ts';
import { productionView } from './views/line-view.ts';

type Task = {
  kind:
    | 'approval'
    | 'look'
    | 'line-fault'
    | 'unknown-card'
    | 'batch-ready'
    | 'batch-made'
    | 'batch-available'
    | 'batch-running'
    | 'batch-lost'
    | 'day'
    | 'count'
    | 'destruction'
    | 'sync-trouble'
    | 'backup-failed'
    | 'key-alarm'
    | 'key-not-made'
    | 'ceremony';
  title: string;
  detail: string;
  route: string;
  urgent: 'yes' | 'no';
};

function cards(count: number): string {
  return count === 1 ? '1 card' : `${count} cards`;
}

function approvalTasks(person: PersonRow, services: Services): Task[] {
  services.approvals.expireOverdue();
  return services.journal.projections.approvals
    .inState('open')
    .filter((row) => maySee(person, row.issuer))
    .flatMap((row): Task[] => {
      const policy = approvalPolicy[row.act as ApprovalAct];
      const sign = row.asker !== person.person && person.roles.some((role) => policy.mayApprove.includes(role));
      if (!sign && row.asker !== person.person) return [];
      const subject = row.subjects['batch'] ?? row.subjects['device'] ?? row.subjects['key'] ?? '';
      const detail = sign
        ? `${services.personTitle(row.asker)} asks for your signature.`
        : 'Waits for a second person; they can sign at this window.';
      return [
        {
          kind: 'approval',
          title: `${policy.title} ${subject}`,
          detail,
          route: `/approvals/${row.approval}`,
          urgent: sign ? 'yes' : 'no',
        },
      ];
    });
}

function batchTasks(person: PersonRow, services: Services): Task[] {
  const rows = services.journal.projections.batches.list({
    issuers: person.issuers,
    states: ['ready', 'released', 'paused', 'stopped', 'running', 'made', 'lost'],
  });
  return rows.flatMap((row): Task[] => {
    const urgent = row.priority === 'urgent' ? 'yes' : 'no';
    const route = `/batches/${row.batch}`;
    const title = `Batch ${row.batch}`;
    const held = row.orders.held > 0 ? `, ${row.orders.held} held back` : '';
    switch (row.state) {
      case 'ready':
        return mayDo(person, 'request-release')
          ? [
              {
                kind: 'batch-ready',
                title,
                detail: `${cards(row.orders.ready)} ready${held}. Ask for the release.`,
                route,
                urgent,
              },
            ]
          : [];
      case 'released':
        return mayDo(person, 'run-production')
          ? [
              {
                kind: 'batch-ready',
                title,
                detail: `Released: ${cards(row.orders.ready)} to make. Start it.`,
                route: '/run',
                urgent,
              },
            ]
          : [];
      case 'running':
        return [
          {
            kind: 'batch-running',
            title,
            detail: `${row.orders.made} of ${row.count ?? 0} made.`,
            route: '/run',
            urgent: 'no',
          },
        ];
      case 'paused':
      case 'stopped':
        return [
          {
            kind: 'batch-running',
            title,
            detail: `Stands still: ${row.orders.made} of ${row.count ?? 0} made.`,
            route: '/run',
            urgent: 'yes',
          },
        ];
      case 'made':
        return [
          {
            kind: 'batch-made',
            title,
            detail: row.looksOutstanding > 0 ? 'Look at the cards, then close it.' : 'Balance it and close it.',
            route,
            urgent,
          },
        ];
      case 'lost':
        return mayDo(person, 'request-close')
          ? [
              {
                kind: 'batch-lost',
                title,
                detail: 'No longer belongs to this station. Close it, so that its card data are destroyed.',
                route,
                urgent: 'yes',
              },
            ]
          : [];
      default:
        return [];
    }
  });
}

function lookTasks(person: PersonRow, services: Services): Task[] {
  if (!mayDo(person, 'decide-look')) return [];
  const outstanding = services.journal.projections.looks.outstanding().filter((look) => maySee(person, look.issuer));
  const byBatch = Map.groupBy(outstanding, (look) => look.batch);
  return [...byBatch].map(([batch, looks]) => ({
    kind: 'look' as const,
    title: looks.length === 1 ? 'Look at a card' : `Look at ${looks.length} cards`,
    detail: `Batch ${batch} waits for your eyes.`,
    route: '/looks',
    urgent: 'yes' as const,
  }));
}

function backupTasks(person: PersonRow, services: Services): Task[] {
  if (!mayDo(person, 'make-backup')) return [];
  const { failed } = services.backups.state();
  if (failed === null) return [];
  return [
    { kind: 'backup-failed', title: 'The last backup failed', detail: failed.text, route: '/backup', urgent: 'yes' },
  ];
}

/** The home screen waits no longer than this for the CMS; the batches screen says what is wrong with it. */
const cmsPatience = 3_000;

async function availableTasks(person: PersonRow, services: Services): Promise<Task[]> {
  if (!mayDo(person, 'pull-batch') || services.sync.state().state === 'not-enrolled') return [];
  const offered = await services.intake.available(AbortSignal.timeout(cmsPatience)).catch(() => []);
  return offered
    .filter((batch) => maySee(person, batch.issuer))
    .map((batch) => ({
      kind: 'batch-available',
      title: `Batch ${batch.batch}`,
      detail: `${batch.productTitle}, ${cards(batch.count)}, waits at the CMS. Get it.`,
      route: '/batches',
      urgent: batch.priority === 'urgent' ? 'yes' : 'no',
    }));
}

export const home = {
  waiting: api.home.waiting.handler(async ({ context }) => {
    const person = personOf(context);
    const { services } = context;
    const now = new Date();
    const lines = lineTasks(person, services, productionView(person, services, now).lines);
    const sync = services.sync.state();
    const syncTasks: Task[] =
      sync.trouble === null
        ? []
        : [
            {
              kind: 'sync-trouble',
              title: sync.trouble.text,
              detail: sync.trouble.next,
              route: '/about',
              urgent: 'no',
            },
          ];
    const tasks = [
      ...lines,
      ...approvalTasks(person, services),
      ...lookTasks(person, services),
      ...batchTasks(person, services),
      ...stockTasks(person, services, now),
      ...keyTasks(person, services, now),
      ...(await availableTasks(person, services)),
      ...syncTasks,
      ...backupTasks(person, services),
    ];
    tasks.sort((left, right) => Number(right.urgent === 'yes') - Number(left.urgent === 'yes'));
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
    const { attempts, batches } = services.journal.projections;
    const { good = 0, rejected = 0, spoiled = 0 } = attempts.endedSince(midnight, person.issuers);
    const batchesClosed = batches.closedSince(midnight, person.issuers);
    return { tasks, today: { good, rejected: rejected + spoiled, batchesClosed } };
  }),
};
