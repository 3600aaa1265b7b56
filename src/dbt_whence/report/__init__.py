"""A report on the tables: one page of HTML, Markdown or JSON that shows what they say."""
