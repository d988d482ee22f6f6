//! How a kind of object is made known to Lua: fields that are read when they are asked for, methods, and an error for every other name.

use mlua::{Function, Lua, Table, Value};

use super::call::Settle;
use super::docs::{Call, Key, ObjectDoc};

/// A kind of object.
pub(super) struct Object<T: 'static> {
    /// The name of its Luau type.
    pub(super) name: &'static str,
    pub(super) doc: &'static str,
    pub(super) fields: &'static [Field<T>],
    pub(super) methods: &'static [Call],
    /// What stands for operators: `__add`, `__tostring`, `__newindex`.
    pub(super) operators: &'static [(&'static str, &'static Call)],
    /// Their Luau types.
    pub(super) operator_types: &'static str,
}

/// A field of an object.
pub(super) struct Field<T: 'static> {
    pub(super) name: &'static str,
    pub(super) luau: &'static str,
    pub(super) doc: &'static str,
    pub(super) get: fn(&Lua, &T) -> mlua::Result<Value>,
}

/// Raises for names that an object does not have, as an error of whoever stands `level` functions before.
const UNKNOWN: &str = r#"
local error, typeof, known, name, level = ...
return function(_, key)
    error(`{name} has no {if typeof(key) == "string" then key else typeof(key)}; {known}`, level)
end
"#;

/// Refuses assignments.
const CLOSED: &str = r#"
local error, tostring, name = ...
return function(_, key)
    error(`{name}.{tostring(key)} cannot be set`, 2)
end
"#;

impl<T: 'static> Object<T> {
    /// Makes it known, once for each virtual machine.
    pub(super) fn register(&'static self, lua: &Lua, settle: &Settle) -> mlua::Result<()> {
        let members = self.members(lua, settle)?;
        let mut operators: Vec<(&str, Function)> = Vec::new();
        for (name, call) in self.operators {
            operators.extend(settle.bind(lua, call)?.map(|function| (*name, function)));
        }
        if !self.operators.iter().any(|(name, _)| *name == "__newindex") {
            let globals = lua.globals();
            let (error, tostring) = (globals.get::<Function>("error")?, globals.get::<Function>("tostring")?);
            operators.push(("__newindex", lua.load(CLOSED).set_name("=bot").call((error, tostring, self.name))?));
        }
        lua.register_userdata_type::<T>(|registry| {
            use mlua::UserDataFields as _;
            registry.add_meta_field("__type", self.name);
            registry.add_meta_field("__index", members);
            for (name, function) in operators {
                registry.add_meta_field(name, function);
            }
            for field in self.fields {
                registry.add_field_method_get(field.name, field.get);
            }
        })
    }

    /// The table of methods, which answers every other name with an error.
    fn members(&self, lua: &Lua, settle: &Settle) -> mlua::Result<Table> {
        let methods = lua.create_table()?;
        let mut known: Vec<&str> = self.fields.iter().map(|field| field.name).collect();
        for call in self.methods {
            let name = call.path.rsplit(':').next().unwrap_or_default();
            known.push(name);
            if let Some(function) = settle.bind(lua, call)? {
                methods.raw_set(name, function)?;
            }
        }
        let known = if known.is_empty() { "it has nothing that can be read".to_owned() } else { format!("known are {}", known.join(", ")) };
        // Where there are fields, a function of mlua looks for them first.
        let level = if self.fields.is_empty() { 2 } else { 3 };
        let globals = lua.globals();
        let (error, typeof_): (Function, Function) = (globals.get("error")?, globals.get("typeof")?);
        let unknown: Function = lua.load(UNKNOWN).set_name("=bot").call((error, typeof_, known, self.name, level))?;
        let meta = lua.create_table_from([("__index", unknown)])?;
        meta.set_readonly(true);
        methods.set_metatable(Some(meta))?;
        methods.set_readonly(true);
        Ok(methods)
    }

    pub(super) fn describe(&'static self) -> ObjectDoc {
        let fields = self.fields.iter().map(|field| Key { name: field.name, luau: field.luau, doc: field.doc }).collect();
        ObjectDoc { name: self.name, doc: self.doc, fields, methods: self.methods, operators: self.operator_types }
    }
}
