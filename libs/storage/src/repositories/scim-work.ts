import type {
  LinkStore,
  LocalDirectory,
  PaceKeeper,
  PullStore,
  RunStore,
  ScimJournal,
  SurveyStore,
  TaskQueue,
} from '@sparekey/provisioning';
import type { Queryable } from '../database/queryable.ts';
import { scimDirectory } from './scim-directory.ts';
import { scimLinks } from './scim-links.ts';
import { scimJournal, scimPace } from './scim-pace.ts';
import { scimPulls } from './scim-pull/index.ts';
import { scimRuns } from './scim-runs.ts';
import { scimSurveys } from './scim-surveys.ts';
import { scimTasks } from './scim-tasks.ts';

/** What workers of targets and sources need of the database. */
export interface ScimWork {
  queue: TaskQueue;
  pace: PaceKeeper;
  journal: ScimJournal;
  links: LinkStore;
  directory: LocalDirectory;
  pulls: PullStore;
  runs: RunStore;
  surveys: SurveyStore;
  /** Over all connections, for metrics. */
  overview(): Promise<ScimOverview>;
}

export interface ScimOverview {
  tasks: Record<string, number>;
  connections: Record<string, number>;
  lagSeconds: number;
}

export function scimWork(db: Queryable): ScimWork {
  return {
    queue: scimTasks(db),
    pace: scimPace(db),
    journal: scimJournal(db),
    links: scimLinks(db),
    directory: scimDirectory(db),
    pulls: scimPulls(db),
    runs: scimRuns(db),
    surveys: scimSurveys(db),
    overview: () => overview(db),
  };
}

async function overview(db: Queryable): Promise<ScimOverview> {
  const row = await db.row<ScimOverview>({
    name: 'scim_overview',
    text: `select
             (select coalesce(jsonb_object_agg(state, n), '{}') from (
               select state, count(*) as n from scim_task group by state) t) as tasks,
             (select coalesce(jsonb_object_agg(state, n), '{}') from (
               select state, count(*) as n from scim_connection where kind <> 'server' group by state) c) as connections,
             (select coalesce(extract(epoch from now() - min(due)), 0)::float8 from (
                select t.run_after as due
                from scim_task t join scim_connection c on c.realm_id = t.realm_id and c.id = t.connection_id
                where c.kind = 'target' and t.state = 'open' and t.run_after <= now() and c.state = 'active'
                union all
                select coalesce(p.pulled_at + make_interval(mins => (c.settings ->> 'everyMinutes')::int), c.state_since)
                from scim_connection c join scim_pace p on p.realm_id = c.realm_id and p.connection_id = c.id
                where c.kind = 'source' and c.state = 'active'
              ) d where due <= now()) as "lagSeconds"`,
  });
  return row ?? { tasks: {}, connections: {}, lagSeconds: 0 };
}
