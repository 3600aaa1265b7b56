{#-
  Fails for every row whose signal was known only after its return began: a date at which the signal was known that lies
  after the date on which one can enter.

  known_at: column, a date or timestamp: when the value of the signal was known; a row without one fails.
  entry_at: column of the same type: when the return that is set against it begins; a row without one has no return.
    A date is its first moment: a signal of 15:00 was not known at the start of the same date.
-#}
{% test no_lookahead(model, known_at, entry_at) %}

select *
from {{ model }}
where
    {{ whence.quote_identifier(known_at) }} > {{ whence.quote_identifier(entry_at) }}
    or {{ whence.quote_identifier(known_at) }} is null

{% endtest %}
