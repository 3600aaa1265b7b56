"""The unit of each number in the public tables and in the answers to questions."""

from __future__ import annotations

SHARE = "share: 0.05 is 5 %"
PERIOD = "decimal per period: 0.05 is 5 %"
MONTH = "decimal per month: 0.05 is 5 %"
YEAR = "decimal per year: 0.05 is 5 %"
WINDOW = "decimal, of the whole window: 0.05 is 5 %"
DRAWDOWN = "decimal, of the whole drawdown: 0.05 is 5 %"
POINT = "decimal per percentage point of the yield: -0.05 is -5 %"
FORWARD = "decimal, of the forward return: 0.05 is 5 %"
PORTFOLIO = "decimal, part of the portfolio, signed: 0.05 is 5 %"
FRACTIONS = frozenset({SHARE, PERIOD, MONTH, YEAR, WINDOW, DRAWDOWN, POINT, FORWARD, PORTFOLIO})
"""Units whose numbers read as percentages."""

P_VALUE = "p-value, from 0 to 1"
Q_VALUE = "p-value adjusted for all that were tested, from 0 to 1"
PROBABILITIES = frozenset({P_VALUE, Q_VALUE})

METRIC = "the metric's own unit"
DRIVER = "the driver's own unit"
RULE = "the unit of what the rule watches"
CORRELATION = "correlation, from -1 to 1"
BETA = "return per unit of the factor; of alpha decimal per period"
BENCHMARK_BETA = "return per return of the benchmark"
RATE_BETA = "return per unit of the yield: -5 is -5 % for one percentage point"
SIGNAL_BETA = "forward return per unit of the signal"
HEDGE = "units of the candidate per unit exposed; negative: sold short"
BASIS_POINTS = "basis points"
VARIANCE = "variance, squared decimal per period"
NONE = ""
"""Statistics, ratios and scores, and numbers whose unit another column of the row tells."""

# By domain and unit the columns, of all tables of the domain that have them, or `table.column` where others differ.
# Names that no table has are of the questions in `analyses/`.
COLUMNS = {
    "metric_change": {
        SHARE: "change_pct share_of_change share_of_parent share_of_total contribution_pct explained_share"
        " explained_share_error residual_pct mape r_squared record_share record_share_change value_share"
        " top5_record_share top5_value_share blank_record_share unexpected_share share_of_residual null_share"
        " blank_share numeric_share date_share top5_share_before top5_share_now largest_share baseline_share"
        " current_share share_change",
        METRIC: "value baseline_value current_value change explained residual contribution standard_error"
        " volume_effect mix_effect rate_effect unexpected_change gross_up gross_down baseline_residual"
        " current_residual residual_change mean_residual p10 p25 p50 p75 p90 p95 p99 net_change gross_change",
        DRIVER: "metric_drivers.baseline_value metric_drivers.current_value driver_baseline driver_current",
        RULE: "observed threshold distance",
        P_VALUE: "p_value unexpected_p_value",
        Q_VALUE: "q_value unexpected_q_value",
        NONE: "baseline_scale herfindahl effective_segments_now effective_segments_before",
    },
    "factor_models": {
        SHARE: "variance_share explained_ratio cumulative_ratio r_squared adjusted_r_squared share_of_volatility"
        " share_of_return largest_share_before largest_share_recent share_of_loss share_removed size_share"
        " two_factor_r_squared full_r_squared share_of_depth",
        PERIOD: "contribution residual volatility volatility_contribution marginal_contribution mean_return"
        " residual_volatility portfolio_return added_loss average_contribution average_loss average_loss_without"
        " factor_gain largest_contribution downside_deviation downside_deviation_without worst_return"
        " worst_return_without two_factor_volatility full_volatility portfolio_volatility two_factor_mean_return"
        " full_mean_return portfolio_mean_return",
        DRAWDOWN: "depth factor_drawdown_components.contribution worst_drawdown_and_its_drivers.contribution",
        PORTFOLIO: "weight net_weight gross_weight",
        BETA: "beta standard_error exposure return_loading return_per_unit beta_before beta_recent mean_exposure"
        " standard_deviation lowest highest exposure_range latest_exposure latest_standard_error",
        CORRELATION: "correlation",
        VARIANCE: "variance_contribution",
        P_VALUE: "p_value",
        Q_VALUE: "q_value",
        NONE: "t_stat vif loading robust_z effective_bets eigenvalue noise_edge factor_return alignment"
        " loss_day_factor_return effective_bets_before effective_bets_recent relative_deviation"
        " latest_less_mean_in_errors without_weekends with_weekends difference",
    },
    "signal_research": {
        SHARE: "sparsity quantile_turnover rank_turnover r_squared directional_hit_rate positive_rate sign_consistency",
        FORWARD: "mean_forward_return signal_quantiles.standard_error mean_abnormal_return"
        " cumulative_abnormal_return signal_event_paths.standard_error what_moves_around_an_event.standard_error"
        " net_spread lowest_return highest_return conditional_spread which_are_eaten_by_costs.spread"
        " which_are_eaten_by_costs.cost",
        CORRELATION: "mean_ic signal_slices.standard_error ic_mean",
        SIGNAL_BETA: "beta signal_asset_betas.standard_error which_assets_load_on_a_common_signal.standard_error",
        BASIS_POINTS: "breakeven_cost_bps",
        P_VALUE: "p_value primary_p partial_conjunction_p pesaran_timmermann_p sign_asymmetry_p"
        " conditional_spread_p smallest_p largest_p best_sharpe_p deflated_sharpe_p monotonicity_p slice_ic_p spread_p"
        " alpha_p slope_p decay_p ic_p trend_p",
        Q_VALUE: "bh_q bhy_q holm_p hierarchical_q",
        NONE: "estimate standard_error t_stat df value observed threshold sign_asymmetry mean_value n_below_by_chance"
        " spread_sharpe deflated_sharpe monotonicity_rho alpha alpha_t slope in_sample_mean out_of_sample_mean"
        " retention half_life trend_per_100_dates",
    },
    "factor_proxies": {
        SHARE: "variance_reduction oos_variance_reduction r_squared coverage rolling_sign_consistency_36m"
        " proxy_group_weights.weight share_of_exposure share_of_variance positive_share added_by_the_last lost",
        YEAR: "volatility volatility_after dividend_yield dividend_yield_after annual_return annualized_return",
        MONTH: "monthly_return excess_return alpha",
        WINDOW: "total_return return_1m return_3m return_6m return_1y return_2y return_ytd",
        DRAWDOWN: "max_drawdown",
        PORTFOLIO: "exposure exposure_limit current_exposure suggested_allocation effect effect_by_down_beta",
        HEDGE: "hedge_ratio hedge_ratio_se proxy_hedge_baskets.weight",
        BENCHMARK_BETA: "beta standard_error up_beta down_beta beta_after",
        RATE_BETA: "proxy_rate_sensitivity.beta proxy_rate_sensitivity.standard_error"
        " what_does_a_rise_of_rates_do.beta what_moves_with_rates.beta what_moves_with_rates.standard_error level_beta"
        " slope_beta",
        POINT: "return_per_point",
        CORRELATION: "correlation ci_low ci_high shrunk_correlation ewma_correlation lowest highest latest"
        " correlation_before correlation_recent calm_correlation stressed_correlation",
        P_VALUE: "p_value difference_p_value",
        Q_VALUE: "q_value difference_q_value",
        NONE: "sharpe_ratio sharpe_standard_error sortino_ratio calmar_ratio t_stat vif rolling_std_36m z"
        " effective_exposures",
    },
    "inference": {
        P_VALUE: "p_value",
        Q_VALUE: "bh_q bhy_q holm_p",
        NONE: "statistic df df_2",
    },
}
UNITS = {
    (domain, column): unit
    for domain, units in COLUMNS.items()
    for unit, columns in units.items()
    for column in columns.split()
}


def unit_of(domain: str, table: str, column: str) -> str | None:
    """Return the unit of a number; empty where it has none, None where it is not known.

    Args:
        domain: one of `results.DOMAINS`.
        table: a public table, or a question.
        column: of it.
    """
    return UNITS.get((domain, f"{table}.{column}"), UNITS.get((domain, column)))
