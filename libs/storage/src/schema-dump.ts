import type { Queryable } from './database/queryable.ts';

/** Each query gives `entry` lines in a stable order, read from the catalogs; knex's own tables and partitions are left out. */
const sections = {
  tables: `
    select format(E'table %s%s\\n%s', c.oid::regclass,
      case when c.relkind = 'p' then ' partition by ' || pg_get_partkeydef(c.oid) else '' end,
      string_agg(format('  %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then ' not null' else '' end,
        coalesce(case when a.attgenerated = '' then ' default ' else ' generated as ' end
          || pg_get_expr(d.adbin, d.adrelid), '')), E'\\n' order by a.attnum)) as entry
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not c.relispartition
      and c.relname not like 'knex_%'
    group by c.oid, c.relname, c.relkind order by c.relname`,
  constraints: `
    select format('constraint %s on %s: %s', n.conname, n.conrelid::regclass, pg_get_constraintdef(n.oid)) as entry
    from pg_constraint n join pg_class c on c.oid = n.conrelid
    where c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relname not like 'knex_%'
      and n.contype <> 'n'
    order by c.relname, n.conname`,
  indexes: `
    select pg_get_indexdef(i.indexrelid) as entry
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relname not like 'knex_%'
      and not exists (select from pg_constraint n where n.conindid = i.indexrelid and n.contype in ('p', 'u', 'x'))
    order by c.relname, x.relname`,
  types: `
    select format('type %s as enum (%s)', t.typname, string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder))
      as entry
    from pg_type t join pg_enum e on e.enumtypid = t.oid
    where t.typnamespace = 'public'::regnamespace group by t.typname order by t.typname`,
  functions: `
    select pg_get_functiondef(p.oid) as entry from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
    order by p.proname, pg_get_function_identity_arguments(p.oid)`,
  triggers: `
    select pg_get_triggerdef(t.oid) as entry
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and c.relnamespace = 'public'::regnamespace and not c.relispartition
    order by c.relname, t.tgname`,
} as const;

/**
 * The whole schema as text, the same for the same schema on every machine. libs/storage/schema.sql is this after all
 * migrations: it shows a reviewer what a migration really changes, and a test keeps it true.
 */
export async function dumpSchema(db: Queryable): Promise<string> {
  const parts: string[] = ['-- Written by `npm run schema` in libs/storage. Do not edit: write a migration.'];
  for (const [name, text] of Object.entries(sections)) {
    const rows = await db.rows<{ entry: string }>({ name: `schema_${name}`, text });
    if (rows.length > 0) parts.push(`-- ${name}`, ...rows.map((row) => row.entry.trim()));
  }
  return `${parts.join('\n\n')}\n`;
}
