//! The situations in which users are told something: each has a program that must not compile, and one in which its marker, or what to write
//! instead, silences the message.

use pullback_ui_tests::programs;

/// What happens; programs in `ui/`; programs in `pass/`.
type Situation = (&'static str, &'static [&'static str], &'static [&'static str]);

const SITUATIONS: &[Situation] = &[
    (
        "a call to a function without a derivative",
        &[
            "calls/function",
            "calls/function_of_a_module",
            "calls/method",
            "calls/method_of_a_type",
            "calls/function_in_a_method_alone",
            "calls/method_in_a_method_alone",
            "calls/function_in_a_default",
            "calls/method_of_a_bound",
        ],
        &["calls/function", "calls/method"],
    ),
    ("a gradient that is certainly zero", &["paths/no_path", "paths/no_path_of_a_struct"], &["paths/no_path"]),
    ("the same, for a marker", &["paths/path_cut", "paths/path_cut_by_no_grad"], &["paths/path_cut", "paths/path_cut_by_no_grad"]),
    ("a result that depends on nothing", &["paths/constant_result"], &["paths/constant_result"]),
    ("an idle marker", &["markers/idle_detach", "markers/idle_no_grad"], &["markers/idle_detach", "markers/idle_no_grad"]),
    ("an assignment inside `no_grad!`", &["markers/lost_in_no_grad"], &["markers/lost_in_no_grad"]),
    ("a cast that drops the derivative", &["flat/cast"], &["flat/cast"]),
    ("flat functions", &["flat/floor", "flat/signum"], &["flat/floor", "flat/signum"]),
    (
        "values in conditions alone",
        &["paths/only_in_conditions", "paths/float_equality"],
        &["paths/only_in_conditions", "paths/float_equality"],
    ),
    (
        "writes that can't be followed",
        &["effects/static_variable", "effects/thread_local", "effects/cell", "effects/mutex", "effects/raw_pointer", "effects/unsafe_code"],
        &["effects/static_variable", "effects/raw_pointer", "effects/unsafe_code"],
    ),
    (
        "unknown macros, waiting, assembly",
        &["effects/unknown_macro", "effects/async_block", "effects/inline_assembly"],
        &["effects/unknown_macro", "effects/async_block"],
    ),
    ("a change by an unknown method", &["patterns/refused_change"], &["patterns/refused_change"]),
    ("a closure out of sight", &["closures/boxed", "closures/passed_on"], &["closures/boxed"]),
    (
        "functions behind pointers",
        &["closures/dyn_parameter", "closures/function_pointer"],
        &["closures/dyn_parameter", "closures/function_pointer"],
    ),
    (
        "a rule of the wrong shape",
        &["rules/argument", "rules/number_of_arguments", "rules/no_pullback", "rules/gradients", "rules/cotangent", "rules/forward_mode"],
        &["rules/argument"],
    ),
    (
        "a field without a tangent",
        &["types/field", "types/field_of_a_generic", "types/field_of_a_tuple", "derive/union"],
        &["types/field", "types/field_of_a_generic", "types/field_of_a_tuple", "derive/union"],
    ),
    ("`grad` of what is no scalar", &["entries/not_a_scalar"], &["entries/not_a_scalar"]),
    (
        "arguments of a companion",
        &[
            "entries/number_of_arguments",
            "entries/kind_of_argument",
            "entries/vjp_arguments",
            "entries/jvp_arguments",
            "entries/jvp_tangents",
            "entries/cotangent",
            "entries/cotangents",
            "entries/backward_arguments",
            "entries/backward_shared",
        ],
        &["entries/arguments"],
    ),
    (
        "the attribute",
        &[
            "attribute/misspelled_option",
            "attribute/wrt_no_parameter",
            "attribute/no_active_parameter",
            "attribute/nothing_returned",
            "attribute/on_a_struct",
        ],
        &["attribute/misspelled_option", "attribute/wrt_no_parameter", "attribute/no_active_parameter", "attribute/nothing_returned"],
    ),
    ("names", &["attribute/name_of_a_type", "attribute/primitive_name"], &["attribute/name_of_a_type", "attribute/primitive_name"]),
    ("types without a rule", &["types/operator_without_rule"], &["types/operator_without_rule"]),
    ("patterns and constructs", &["patterns/pattern", "patterns/capital_name", "loops/iterator"], &["patterns/pattern"]),
    ("the report", &["report/loops"], &["report/loops"]),
    ("proofs", &["proofs/gradient", "proofs/no_gradient"], &["proofs/gradient", "proofs/no_gradient"]),
];

#[test]
fn each_situation_has_its_programs() {
    assert_eq!(SITUATIONS.len(), 24);
    let of = |folder: &str| programs(folder).iter().map(pullback_ui_tests::Program::name).collect::<Vec<_>>();
    let (refused, accepted) = (of("ui"), of("pass"));
    let mut missing = vec![];
    for (what, wrong, right) in SITUATIONS {
        assert!(!wrong.is_empty() && !right.is_empty(), "{what}");
        missing.extend(wrong.iter().filter(|p| !refused.iter().any(|r| r == *p)).map(|p| format!("ui/{p}: {what}")));
        missing.extend(right.iter().filter(|p| !accepted.iter().any(|a| a == *p)).map(|p| format!("pass/{p}: {what}")));
    }
    assert!(missing.is_empty(), "no such program:\n{}", missing.join("\n"));
}
