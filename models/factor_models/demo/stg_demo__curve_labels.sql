-- what the components of a yield curve are known as
select
    labels.factor,
    labels.label
from (
    values
    ('PC1', 'level'),
    ('PC2', 'slope'),
    ('PC3', 'curvature')
) as labels (factor, label)
