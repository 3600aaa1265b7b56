{#-
  How a sentence names a result: 'momentum (ic, horizon 3)'; the label is cut to 60 characters.

  row: alias with signal, horizon and procedure.
-#}
{%- macro signal_insight_subject(row) -%}
  {{ return(
    whence.shorten_text(row ~ '.signal', 60) ~ " || ' (' || " ~ row ~ ".procedure || ', horizon ' || cast(" ~ row
    ~ '.horizon as ' ~ whence.type_text() ~ ") || ')'"
  ) }}
{%- endmacro -%}
