"""Answers to questions in words, from rows of the tables, each sentence with the rows it rests on.

`evidence` chooses rows and words them by templates (`sentences`); `backends` asks a language model to word them;
`check` refuses what the cited rows do not say; `answer` puts it together.
"""
