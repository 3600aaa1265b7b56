{#-
  Scope, kind and mode of every signal: as declared, else as its values show. Sparse where at least half of the values are
  zero; common where every date has one distinct value, always at one asset; one asset makes the mode timeseries.

  shapes: relation or CTE with the columns of signal_shapes.
  modes: the seed signal_modes.
  studies: list of resolved signal studies.
  Columns: those of signal_detection (docs/signal_research.md), and slot, n_weighted_events, n_varying_dates,
  n_unpriced, n_uncontrolled, has_one_value, most_assets (as signal_shapes has them), n_missing, is_scope_collapsed (1 where individual was
  declared at one asset for events, which are then common), legal_procedures (suggested ones and those that run on
  request).
-#}
{%- macro signal_detection(shapes, modes, studies) -%}
{%- set text = whence.type_text() -%}
{%- set selects = [] -%}
{%- for study in studies -%}
    {%- for signal in study.signals -%}
        {%- do selects.append(
            'select ' ~ whence.text_literal(study.name) ~ ' as study, ' ~ whence.text_literal(signal.name) ~ ' as signal, '
            ~ whence.text_literal(signal.scope) ~ ' as declared_scope, ' ~ whence.text_literal(signal.kind)
            ~ ' as declared_kind'
        ) -%}
    {%- endfor -%}
{%- endfor -%}
with declared as (

    {{ whence.union_selects(
        selects, {'study': text, 'signal': text, 'declared_scope': text, 'declared_kind': text}
    ) }}

),

measured as (

    select
        shapes.*,
        declared.declared_scope,
        declared.declared_kind,
        {{ whence.safe_divide('shapes.n_zeros', 'shapes.n_values') }} as sparsity,
        case when shapes.n_assets <= 1 then 'timeseries' else 'panel' end as mode
    from {{ shapes }} as shapes
    inner join declared on shapes.study = declared.study and shapes.signal = declared.signal

),

kinds as (

    select
        *,
        coalesce(declared_kind, case when sparsity >= 0.5 then 'sparse' else 'continuous' end) as kind,
        case when n_varying_dates = 0 then 'common' else 'individual' end as detected_scope
    from measured

),

scopes as (

    select
        *,
        case
            when mode = 'timeseries' and kind = 'sparse' then 'common'
            else coalesce(declared_scope, detected_scope)
        end as scope
    from kinds

)

select
    scopes.study,
    scopes.signal,
    scopes.slot,
    scopes.scope,
    scopes.kind,
    scopes.mode,
    scopes.n_assets,
    scopes.n_dates,
    scopes.n_unpriced,
    scopes.n_uncontrolled,
    scopes.has_one_value,
    scopes.n_weighted_events,
    scopes.n_varying_dates,
    scopes.most_assets,
    scopes.n_rows - scopes.n_values as n_missing,
    scopes.sparsity,
    case when scopes.declared_scope = 'individual' and scopes.scope = 'common' then 1 else 0 end as is_scope_collapsed,
    'scope '
    || case
        when scopes.declared_scope = 'individual' and scopes.scope = 'common'
            then 'common: individual was declared, and one asset has no cross-section'
        when scopes.declared_scope is not null then scopes.scope || ': declared'
        when scopes.n_assets = 0 then 'common: there is no value'
        when scopes.mode = 'timeseries' then 'common: there is one asset'
        when scopes.scope = 'common' then 'common: every date has one distinct value'
        else 'individual: values differ on ' || scopes.n_varying_dates || ' of ' || scopes.n_dates || ' dates'
    end
    || '; kind ' || scopes.kind || ': '
    || case
        when scopes.declared_kind is not null then 'declared'
        else coalesce({{ whence.format_percent('scopes.sparsity') }}, 'none') || ' of the values are zero'
    end as reasoning,
    modes.procedures as suggested_procedures,
    case
        when modes.on_request is null then modes.procedures
        else modes.procedures || ', ' || modes.on_request
    end as legal_procedures
from scopes
left join {{ modes }} as modes
    on
        scopes.scope = modes.scope
        and scopes.kind = modes.kind
        and scopes.mode = modes.mode
{%- endmacro -%}
