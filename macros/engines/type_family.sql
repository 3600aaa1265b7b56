{#-
  One name per kind of type, the same on every engine.

  data_type: the engine's own name of a type, e.g. DECIMAL(12,3) or character varying.
  Returns one of integer, decimal, double, boolean, date, timestamp, timestamptz, text, other.
-#}
{%- macro type_family(data_type) -%}
  {%- set t = data_type | lower | trim -%}
  {%- if t.endswith(']') or t.startswith('array') or t.startswith('map') or t.startswith('struct') -%}
    {{ return('other') }}
  {%- elif t.startswith('timestamp with time zone') or t.startswith('timestamptz') -%}
    {{ return('timestamptz') }}
  {%- elif t.startswith('timestamp') or t.startswith('datetime') -%}
    {{ return('timestamp') }}
  {%- elif t.startswith('date') -%}
    {{ return('date') }}
  {%- elif t.startswith('bool') -%}
    {{ return('boolean') }}
  {%- elif t.startswith('decimal') or t.startswith('numeric') -%}
    {{ return('decimal') }}
  {%- elif t.startswith('double') or t.startswith('float') or t.startswith('real') -%}
    {{ return('double') }}
  {%- elif t in ['tinyint', 'smallint', 'integer', 'int', 'bigint', 'hugeint', 'utinyint', 'usmallint',
                 'uinteger', 'ubigint', 'uhugeint', 'int2', 'int4', 'int8', 'long', 'short', 'byte',
                 'bignum', 'varint'] -%}
    {{ return('integer') }}
  {%- elif t.startswith('varchar') or t.startswith('character') or t.startswith('char') or t.startswith('text')
          or t.startswith('string') or t.startswith('enum') or t in ['uuid', 'name', 'bpchar', 'citext'] -%}
    {{ return('text') }}
  {%- endif -%}
  {{ return('other') }}
{%- endmacro -%}
