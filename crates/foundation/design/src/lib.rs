//! The look of the site: tokens, style sheet, script, components and charts. It knows nothing of what is shown.
//!
//! Every component is a function from a plain struct to [`maud::Markup`]. Structs own their texts, implement
//! `Default` where that makes sense, and take `Markup` where a caller may want links inside.
//!
//! | you want | call |
//! |---|---|
//! | a whole page | [`layout::page`] with a [`layout::Page`] and the [`layout::Site`] |
//! | title block of a page | [`heading::page_heading`] |
//! | the opening, running text, a card, a line above results | [`layout::hero`], [`layout::prose`], [`layout::panel`], [`layout::toolbar`] |
//! | filters beside results | [`layout::with_sidebar`] (left), [`layout::with_aside`] (right), [`facets::filter_panel`], [`facets::facet`] |
//! | a list with what is opened out of it | [`layout::three_columns`] |
//! | a number to copy by one tap | [`copy::copyable`] |
//! | results that script may swap | [`layout::region`] around them, `live: true` in [`search::SearchField`] and [`facets::FilterPanel`] |
//! | search | [`search::search_form`] |
//! | a list of results | [`results::result_list`] with [`results::ResultCard`] |
//! | filters in force, tags | [`chips::active_filters`], [`chips::tags`] |
//! | order, pages, tabs, the way back | [`sort::sort_form`], [`pagination::pagination`], [`tabs::tabs`], [`breadcrumb::breadcrumb`] |
//! | how full, how graded | [`seats::seats_meter`], [`seats::seats_line`], [`grade::grade_badge`] |
//! | tables, facts, figures | [`table::table`], [`definitions::definitions`], [`stats::stat_tiles`] |
//! | words to the reader | [`notice::notice`], [`empty::empty_state`], [`as_of::as_of`], [`keys::key_hints`] |
//! | links and buttons | [`action::link_button`], [`action::submit_button`] |
//! | charts | [`chart::grades::grade_histogram`], [`chart::enrollment::enrollment_curve`] |
//! | a week with its classes | [`week::week`] |
//! | several things compared | [`compare::compared_cards`], [`chart::grade_comparison::grade_comparison`], [`chart::enrollment_comparison::enrollment_comparison`] |
//! | ways in, letters of a long list | [`doors::doors`], [`letters::letters`] |
//! | fields in which somebody writes | [`form::text_field`], [`form::trap_field`] |
//! | numbers in words | [`numbers::thousands`], [`numbers::percent`], [`numbers::counted`] |
//! | the files to serve | [`assets::ALL`] |
//! | dark and light | [`theme::Theme`]: from the request's cookies, into [`layout::Page`] |
//! | every component with examples | [`gallery::examples`], [`gallery::body`] at `/-/design` |
//!
//! No component writes inline styles or scripts, so the pages live under `default-src 'none'`. What a colour means is
//! always said in words too.

pub mod action;
pub mod as_of;
pub mod assets;
pub mod breadcrumb;
pub mod chart;
pub mod chips;
pub mod compare;
pub mod copy;
pub mod definitions;
pub mod doors;
pub mod empty;
pub mod facets;
pub mod form;
pub mod gallery;
pub mod grade;
pub mod heading;
mod icon;
pub mod keys;
pub mod layout;
pub mod letters;
pub mod notice;
pub mod numbers;
pub mod pagination;
pub mod results;
pub mod search;
pub mod seats;
pub mod sort;
pub mod stats;
pub mod table;
pub mod tabs;
pub mod theme;
pub mod week;
