{#-
  Fails for every row whose signal was known only after its return began: a date at which the signal was known that lies
  after the date on which one can enter.

  known_at: column, a date or timestamp: when the value of the signal was known.
  entry_at: column, a date or timestamp: when the return that is set against it begins.
-#}
{% test no_lookahead(model, known_at, entry_at) %}

select *
from {{ model }}
where {{ whence.quote_identifier(known_at) }} > {{ whence.quote_identifier(entry_at) }}

{% endtest %}
