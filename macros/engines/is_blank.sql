{#-
  True where a text is null, or has nothing but white space and ASCII punctuation. translate() rather than a
  regular expression decides: the same on every engine, whatever its idea of a character class. Most texts have a
  letter or a digit, which a regular expression finds faster.

  expression: SQL of type text.
-#}
{%- macro is_blank(expression) -%}
  {%- set white_space = ' \t\n\r\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009'
    ~ '\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff' -%}
  {%- set punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' -%}
  {{ return(
    "case when " ~ whence.regex_matches(expression, '[0-9A-Za-z]') ~ " then false else coalesce(translate("
    ~ expression ~ ", " ~ whence.text_literal(white_space ~ punctuation) ~ ", ''), '') = '' end"
  ) }}
{%- endmacro -%}
