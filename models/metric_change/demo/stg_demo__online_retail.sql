with source as (

    select * from {{ ref('demo_online_retail') }}

),

categorized as (

    -- the source has no category: one is told from the words of the description, the first that fits
    select
        *,
        case
            when description is null then null
            when
                stock_code in (
                    'POST', 'DOT', 'M', 'm', 'C2', 'D', 'S', 'B', 'CRUK', 'PADS', 'BANK CHARGES', 'AMAZONFEE'
                )
                then 'fees and postage'
            when description like '%CHRISTMAS%' or description like '%ADVENT%' then 'christmas'
            when description like '%BAG%' or description like '%SHOPPER%' then 'bags'
            when
                description like '%LIGHT%' or description like '%LANTERN%' or description like '%CANDLE%'
                or description like '%LAMP%'
                then 'lighting'
            when
                description like '%HOT WATER BOTTLE%' or description like '%WARMER%' or description like '%DOORMAT%'
                or description like '%CUSHION%' or description like '%QUILT%'
                then 'warm home'
            when
                description like '%CAKE%' or description like '%MUG%' or description like '%CUP%'
                or description like '%PLATE%' or description like '%BOWL%' or description like '%TEA %'
                or description like '%JAR%' or description like '%LUNCH%' or description like '%BOTTLE%'
                or description like '%SPOON%' or description like '%KITCHEN%' or description like '%BAKING%'
                then 'kitchen and dining'
            when
                description like '%CARD%' or description like '%PAPER%' or description like '%WRAP%'
                or description like '%PENCIL%' or description like '%NOTEBOOK%' or description like '%RIBBON%'
                then 'paper and cards'
            when
                description like '%SIGN%' or description like '%FRAME%' or description like '%CLOCK%'
                or description like '%HEART%' or description like '%HOOK%' or description like '%MIRROR%'
                then 'decoration'
            else 'other gifts'
        end as category
    from source

),

final as (

    select
        invoice_no,
        stock_code,
        description,
        category,
        country,
        customer_id,
        cast(invoice_ts as date) as invoice_date,
        quantity,
        unit_price
    from categorized

)

select * from final
